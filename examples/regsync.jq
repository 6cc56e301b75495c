# From a list that `verify --write-list` wrote to what regsync copies, all of it by digest: `--arg way out` into an OCI layout for
# each repository below layouts/, `--arg way back` out of these into the registry. Nothing that is not in the list is copied.
# REGISTRY is http(s)://host[:port]. regsync takes REGISTRY_USERNAME and REGISTRY_PASSWORD itself, so that no file has them.
(env.REGISTRY | sub("^https?://"; "") | sub("/$"; "")) as $host
| def image($registry; $layout; $name; $digest):
    if $way == "out" then { type: "image", source: "\($registry)@\($digest)", target: "\($layout)\($name)" }
    elif $way == "back" then { type: "image", source: "\($layout)@\($digest)", target: "\($registry)\($name)" }
    else error("way is out or back") end;
{
  version: 1,
  creds: [
    { registry: $host, tls: (if env.REGISTRY | startswith("http://") then "disabled" else "enabled" end) }
    + (if env.REGISTRY_USERNAME then { user: "{{env \"REGISTRY_USERNAME\"}}", pass: "{{env \"REGISTRY_PASSWORD\"}}" } else {} end)
  ],
  defaults: { parallel: 4, skipDockerConfig: true },
  sync: [
    .repositories[]
    # No part of a repository's name begins with "_": layouts within one another do not meet.
    | "\($host)/\(.repository)" as $registry
    | "ocidir://layouts/\(.repository)/_" as $layout
    | (.tags[] | image($registry; $layout; ":\(.tag)"; .digest)),
      (.referrers | unique_by(.digest) | .[] | image($registry; $layout; "@\(.digest)"; .digest))
  ]
}
