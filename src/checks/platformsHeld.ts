import { parsePlatform, samePlatform } from "../images/platform";
import type { Check, ExpectedImage, Finding } from "./check";
import type { Content } from "./content";
import { eachImage, nameOf } from "./images";
import { failed, late, passed } from "./outcomes";

export const platformsHeld: Check = {
  code: "ZF304",
  title: "every image has its platforms, each with a readable config",
  hint: "The image cannot be pulled on nodes of that platform. Seed it again: `pulumi up --refresh`.",
  why: 'A node takes the image of its own platform out of an index. Where it is missing the pull fails on that node alone, with "no match for platform in manifest".',
  lag: 5_000,
  run: (context) => eachImage(context, look),
};

async function look(image: ExpectedImage, content: Content): Promise<Finding> {
  const { repository, platforms } = image;
  const subject = nameOf(image);
  if ((await content.ofImage(image)) === undefined) {
    return late(`there is no manifest ${image.digest ?? ""}`.trimEnd(), subject);
  }
  const found: string[] = [];
  for (const held of await content.platformImages(image)) {
    const platform = await platformOf(content, repository, held);
    if (typeof platform !== "string") return failed(platform.problem, subject);
    found.push(platform);
  }
  const missing = platforms.filter(
    (promised) => !found.some((each) => samePlatform(parsePlatform(promised), parsePlatform(each))),
  );
  const has = found.join(", ") || "no platform";
  return missing.length === 0
    ? passed(has, subject)
    : failed(`${has}; ${missing.join(", ")} is missing`, subject);
}

async function platformOf(
  content: Content,
  repository: string,
  held: Parameters<Content["platform"]>[1],
): Promise<string | { problem: string }> {
  const { digest } = held.config;
  try {
    return (
      (await content.platform(repository, held)) ?? { problem: `there is no config ${digest}` }
    );
  } catch (error) {
    return { problem: `the config ${digest}: ${error instanceof Error ? error.message : "?"}` };
  }
}
