// See backup_json.h.
#include "fairline/cli/backup_json.h"

#include <fmt/format.h>

#include "fairline/core/clock.h"

namespace fairline {
namespace {

std::string_view KindName(const BackupManifest& manifest) {
  return manifest.kind == DatabaseKind::kSqlite ? "sqlite" : "postgresql";
}

}  // namespace

Json BackupJson(const BackupManifest& manifest) {
  return Json::Object{{"id", manifest.id},
                      {"created_at", FormatTimestamp(manifest.created_at_micros)},
                      {"kind", KindName(manifest)},
                      {"program_version", manifest.program_version},
                      {"schema_version", manifest.facts.schema_version},
                      {"database_bytes", manifest.database_bytes},
                      {"objects", manifest.objects.size()},
                      {"decisions", manifest.facts.decisions},
                      {"newest_decision_at", manifest.facts.newest_decision_at},
                      {"ledger_size", manifest.facts.ledger_size}};
}

std::string BackupText(const BackupManifest& manifest) {
  return fmt::format("{}, {}, {} decisions, {} objects", KindName(manifest),
                     BytesText(manifest.database_bytes), manifest.facts.decisions,
                     manifest.objects.size());
}

}  // namespace fairline
