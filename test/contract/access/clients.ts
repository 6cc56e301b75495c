import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startContainerd } from "../../support/containerd";
import { layImage } from "../../support/ociLayout";
import type { Undo } from "../../support/undo";

const run = promisify(execFile);

/** An account as a client is told of it. A stranger is nobody. */
export interface SignedIn {
  /** `127.0.0.1:port` */
  host: string;
  username?: string;
  password: string;
  /** A file that signs a client in, as Docker writes it; of a stranger, one without a registry. */
  authFile: string;
}

/** What a client pushes, and where things may be put. */
export interface Place {
  folder: string;
  /** Two images as an OCI layout each, under the tag `image`. */
  layouts: Record<Variant, string>;
  undo: Undo[];
}
export type Variant = "one" | "two";

/** What a client does, as whoever is signed in. Each ends as the program does: with an error where it was refused. */
export interface ClientSession {
  pull: (tag: string) => Promise<unknown>;
  push: (tag: string, variant: Variant) => Promise<unknown>;
  /** Absent where the client cannot. */
  delete?: (tag: string) => Promise<unknown>;
}

/** A client of registries, as its users call it. */
export interface OciClient {
  /** The programs that have to be on PATH. */
  tools: readonly string[];
  needsRoot?: true;
  /** Docker's user agent is asked to sign in where others are not. */
  asDocker?: true;
  /** The repository that it pushes to, and its tags: Helm's are versions. */
  repository: string;
  tags: { kept: string; moving: string; new: string };
  /** Makes ready what it pushes; gives what signs in. */
  start: (place: Place) => Promise<(who: SignedIn) => ClientSession>;
}

/** Where all but Helm put their image. */
export const image = {
  repository: "team/app/web",
  tags: { kept: "kept", moving: "latest", new: "new" },
} as const;

/** Images to push, in a folder that goes with the suite. */
export async function clientPlace(undo: Undo[]): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "zot-fleet-clients-"));
  undo.push(() => rm(folder, { recursive: true }));
  for (const variant of ["one", "two"]) await layImage(folder, variant, ["image"], variant);
  return { folder, undo, layouts: { one: join(folder, "one"), two: join(folder, "two") } };
}

let taken = 0;
/** A folder that no pull has been into. */
const freshFolder = ({ folder }: Place) => join(folder, `pulled-${String(++taken)}`);

const skopeo: OciClient = {
  ...image,
  tools: ["skopeo"],
  start: (place) =>
    Promise.resolve(({ host, authFile }) => {
      const env = { ...process.env, REGISTRY_AUTH_FILE: authFile };
      const skopeo = (...args: string[]) => run("skopeo", args, { env });
      const name = (tag: string) => `docker://${host}/${image.repository}:${tag}`;
      return {
        pull: (tag) =>
          skopeo("copy", "--src-tls-verify=false", name(tag), `oci:${freshFolder(place)}:image`),
        push: (tag, variant) =>
          skopeo(
            "copy",
            "--dest-tls-verify=false",
            `oci:${place.layouts[variant]}:image`,
            name(tag),
          ),
        delete: (tag) => skopeo("delete", "--tls-verify=false", name(tag)),
      };
    }),
};

const crane: OciClient = {
  ...image,
  tools: ["crane"],
  start: (place) =>
    Promise.resolve(({ host, authFile }) => {
      const env = { ...process.env, DOCKER_CONFIG: dirname(authFile) };
      const crane = (...args: string[]) => run("crane", [...args, "--insecure"], { env });
      const name = (tag: string) => `${host}/${image.repository}:${tag}`;
      return {
        pull: (tag) => crane("pull", "--format", "oci", name(tag), freshFolder(place)),
        push: (tag, variant) => crane("push", place.layouts[variant], name(tag)),
        delete: (tag) => crane("delete", name(tag)),
      };
    }),
};

const oras: OciClient = {
  ...image,
  tools: ["oras"],
  start: (place) =>
    Promise.resolve(({ host, authFile }) => {
      const oras = (...args: string[]) => run("oras", args);
      const name = (tag: string) => `${host}/${image.repository}:${tag}`;
      const from = ["--from-plain-http", "--from-registry-config", authFile];
      const to = ["--to-plain-http", "--to-registry-config", authFile];
      return {
        pull: (tag) =>
          oras("copy", ...from, name(tag), "--to-oci-layout", `${freshFolder(place)}:image`),
        push: (tag, variant) =>
          oras("copy", "--from-oci-layout", `${place.layouts[variant]}:image`, ...to, name(tag)),
        delete: (tag) =>
          oras(
            "manifest",
            "delete",
            "--force",
            "--plain-http",
            "--registry-config",
            authFile,
            name(tag),
          ),
      };
    }),
};

const containerd: OciClient = {
  ...image,
  tools: ["containerd", "ctr"],
  needsRoot: true,
  start: async (place) => {
    // What one has it does not ask for: the one that pulls never had what the other pushes.
    const [pusher, puller] = [await startContainerd(), await startContainerd()];
    place.undo.push(pusher.stop, puller.stop);
    for (const [variant, layout] of Object.entries(place.layouts)) {
      const archive = join(place.folder, `${variant}.tar`);
      await run("tar", ["-cf", archive, "-C", layout, "oci-layout", "index.json", "blobs"]);
      const local = ["--no-unpack", "--base-name", `local/${variant}`];
      await pusher.ctr("images", "import", ...local, archive);
    }
    return ({ host, username, password }) => {
      // ctr takes a password in no other way than this; the kubelet hands its own to the same code.
      const user = username === undefined ? [] : ["--user", `${username}:${password}`];
      const remote = (tag: string) => `${host}/${image.repository}:${tag}`;
      const plain = ["--plain-http", ...user];
      return {
        pull: async (tag) => {
          await puller.ctr("images", "rm", "--sync", remote(tag)).catch(() => undefined);
          await puller.ctr("content", "fetch", ...plain, remote(tag));
        },
        push: (tag, variant) =>
          pusher.ctr("images", "push", ...plain, remote(tag), `local/${variant}:image`),
      };
    };
  },
};

const helm: OciClient = {
  repository: "team/app/chart",
  tags: { kept: "1.0.0", moving: "0.0.0-dev", new: "2.0.0" },
  tools: ["helm"],
  start: async (place) => {
    const charts = join(place.folder, "charts");
    for (const variant of ["one", "two"] as const)
      for (const version of Object.values(helm.tags)) {
        const chart = join(charts, `${variant}-${version}`);
        await mkdir(join(chart, "chart"), { recursive: true });
        const about = { apiVersion: "v2", name: "chart", version, description: variant };
        await writeFile(join(chart, "chart", "Chart.yaml"), JSON.stringify(about));
        await run("helm", ["package", join(chart, "chart"), "--destination", chart]);
      }
    return ({ host, authFile }) => {
      const signedIn = ["--plain-http", "--registry-config", authFile];
      const remote = `oci://${host}/${dirname(helm.repository)}`;
      return {
        pull: async (version) => {
          const folder = freshFolder(place);
          await mkdir(folder);
          const what = [`${remote}/chart`, "--version", version, "--destination", folder];
          await run("helm", ["pull", ...what, ...signedIn]);
        },
        push: (version, variant) => {
          const chart = join(charts, `${variant}-${version}`, `chart-${version}.tgz`);
          return run("helm", ["push", chart, remote, ...signedIn]);
        },
      };
    };
  },
};

export const commandClients: Record<string, OciClient> = { skopeo, crane, oras, containerd, helm };
