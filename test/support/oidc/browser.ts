import { rootCertificates } from "node:tls";
import { Agent, request, type Dispatcher } from "undici";

interface Cookie {
  name: string;
  value: string;
  host: string;
  path: string;
  secure: boolean;
}

export interface Page {
  url: URL;
  status: number;
  headers: Dispatcher.ResponseData["headers"];
  text: string;
}

export interface Send {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Sent as a form. */
  form?: Record<string, string>;
  body?: string;
}

/** A person's browser: it keeps cookies by host and path, sends secure ones over https alone, and follows redirects. */
export class Browser {
  readonly #agent: Agent;
  readonly #cookies: Cookie[] = [];

  /** @param ports where names are, on this machine */
  constructor(
    ca: string,
    private readonly ports: Readonly<Record<string, number>>,
  ) {
    this.#agent = new Agent({
      connect: {
        ca: [...rootCertificates, ca],
        lookup: (_name, _options, done) => {
          done(null, [{ address: "127.0.0.1", family: 4 }]);
        },
      },
    });
  }

  /** Where it is after all redirects. */
  async open(address: string, send: Send = {}): Promise<Page> {
    let page = await this.send(address, send);
    for (let hops = 0; page.status >= 300 && page.status < 400; hops++) {
      if (hops > 12) throw new Error(`redirected for ever, at last to ${page.url.href}`);
      const next = [page.headers["location"] ?? ""].flat()[0] ?? "";
      page = await this.send(new URL(next, page.url).href);
    }
    return page;
  }

  /** One request, with its cookies. */
  async send(address: string, { method, headers, form, body }: Send = {}): Promise<Page> {
    const url = new URL(address);
    const text = form === undefined ? body : new URLSearchParams(form).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await request(this.#dialled(url), {
      dispatcher: this.#agent,
      method: method ?? (text === undefined ? "GET" : "POST"),
      headers: {
        host: url.host,
        cookie: this.#cookiesFor(url),
        accept: "text/html",
        ...(form === undefined ? {} : type),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) this.#keep(url, line);
    const { statusCode: status, headers: told } = answer;
    return { url, status, headers: told, text: await answer.body.text() };
  }

  cookies(): readonly Readonly<Cookie>[] {
    return this.#cookies;
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  #dialled(url: URL): URL {
    const port = this.ports[url.hostname];
    if (port === undefined) return url;
    const dialled = new URL(url);
    dialled.port = String(port);
    return dialled;
  }

  #cookiesFor({ hostname, pathname, protocol }: URL): string {
    return this.#cookies
      .filter(({ host, path, secure }) => {
        return host === hostname && pathname.startsWith(path) && (!secure || protocol === "https:");
      })
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  #keep({ hostname: host, pathname }: URL, line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const attribute = (wanted: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(wanted))?.split("=")[1];
    const path = attribute("path=") ?? pathname.replace(/\/[^/]*$/, "/");
    const secure = attributes.some((each) => each.toLowerCase() === "secure");
    const same = this.#cookies.findIndex(
      (each) => each.name === name && each.host === host && each.path === path,
    );
    if (same >= 0) this.#cookies.splice(same, 1);
    const expires = Date.parse(attribute("expires=") ?? "");
    const gone = attribute("max-age=") === "0" || expires < Date.now();
    if (!gone) this.#cookies.push({ name, value, host, path, secure });
  }
}

/** Signs in at oidc-provider's own pages for development, from its sign-in page to where it sends back to. */
export async function signInAs(browser: Browser, person: string, start: string): Promise<Page> {
  const login = await browser.open(start);
  const asked = await browser.open(action(login), {
    form: { prompt: "login", login: person, password: "any" },
  });
  // Asked once for each client whether it may be told.
  return asked.text.includes('value="consent"')
    ? browser.open(action(asked), { form: { prompt: "consent" } })
    : asked;
}

function action({ url, text, status }: Page): string {
  const form = /<form[^>]* action="([^"]+)"/.exec(text)?.[1];
  if (form === undefined) throw new Error(`${url.href} answers ${status} without a form: ${text}`);
  return new URL(form.replaceAll("&amp;", "&"), url).href;
}
