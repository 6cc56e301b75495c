import type { Check, Finding } from "./check";
import { eachImage, nameOf } from "./images";
import { failed, passed, skipped } from "./outcomes";

export const childrenHeld: Check = {
  code: "ZF306",
  title: "every index has all its children",
  hint: "Garbage collection or a person deleted a child: seed the image again with `pulumi up --refresh`.",
  why: "Garbage collection takes children that no tag holds once gcDelay is over. Seeding gives every child a tag of its own, so that it stays.",
  async run(context) {
    const findings = await eachImage(context, async (image, content): Promise<Finding[]> => {
      const held = await content.ofImage(image);
      if (held?.kind !== "index") return [];
      const subject = nameOf(image);
      const missing: string[] = [];
      for (const { digest, size } of held.children) {
        const child = await content.client.headManifest(image.repository, digest);
        if (child === undefined) missing.push(`${digest} is gone`);
        else if (child.size !== size)
          missing.push(`${digest} has ${child.size} bytes, not ${size}`);
      }
      return [
        missing.length === 0
          ? passed(`${held.children.length} of ${held.children.length}`, subject)
          : failed(missing.join(", "), subject),
      ];
    });
    return findings.length > 0 ? findings : skipped("no seeded image is an index");
  },
};
