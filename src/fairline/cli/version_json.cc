// Kept apart from the registry: this shape is a promise to scripts.
#include "fairline/cli/version_json.h"

namespace fairline {

Json VersionJson(const ModelVersion& version) {
  Json json;
  json["name"] = version.name;
  json["version"] = version.version;
  json["stage"] = StageName(version.stage);
  json["bundle_digest"] = version.bundle_digest;
  json["description"] = version.description;
  json["created_at"] = FormatTimestamp(version.created_at_micros);
  json["updated_at"] = FormatTimestamp(version.updated_at_micros);
  return json;
}

}  // namespace fairline
