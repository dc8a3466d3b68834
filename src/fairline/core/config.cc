// The table of settings, and the four places they come from. The values are kept as text with the
// place that set them, checked against their type when they are set.
#include "fairline/core/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fairline/core/check.h"
#include "fairline/core/suggest.h"
#include "fairline/core/yaml.h"

namespace fairline {
namespace {

constexpr std::string_view kEnvironmentPrefix = "FAIRLINE_";

// Names that scripts, tests and the build use; they are no settings.
constexpr std::string_view kNamesUsedElsewhere[] = {
    "FAIRLINE_BINARY",      "FAIRLINE_CACHE",      "FAIRLINE_CONFIG",     "FAIRLINE_LIGHTGBM_DIR",
    "FAIRLINE_NO_PROGRESS", "FAIRLINE_SHARED_DIR", "FAIRLINE_SOURCE_DIR", "FAIRLINE_TEST_POSTGRES",
    "FAIRLINE_TEST_REDIS",  "FAIRLINE_TEST_S3",
};

std::string EnvironmentName(std::string_view setting) {
  std::string name(kEnvironmentPrefix);
  for (const char c : setting) {
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

template <typename Number>
bool ParseFully(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return !text.empty() && stop == end && error == std::errc();
}

bool IsText(SettingType type) {
  return type == SettingType::kString || type == SettingType::kSecret;
}

bool HasType(std::string_view value, SettingType type) {
  int64_t integer;
  double number;
  switch (type) {
    case SettingType::kString:
    case SettingType::kSecret:
      return true;
    case SettingType::kInteger:
      return ParseFully(value, integer);
    case SettingType::kNumber:
      return ParseFully(value, number) && std::isfinite(number);
    case SettingType::kBool:
      return value == "true" || value == "false";
  }
  return false;
}

std::string_view TypeName(SettingType type) {
  switch (type) {
    case SettingType::kString:
    case SettingType::kSecret:
      return "a string";
    case SettingType::kInteger:
      return "a whole number";
    case SettingType::kNumber:
      return "a number";
    case SettingType::kBool:
      return "true or false";
  }
  return "";
}

/// `scheme://user:password@host` with the password left out.
std::string WithoutPassword(std::string value) {
  const size_t scheme = value.find("://");
  if (scheme == std::string::npos) return value;
  const size_t begin = scheme + 3;
  const size_t at = value.rfind('@', value.find('/', begin));
  if (at == std::string::npos || at < begin) return value;
  const size_t colon = value.find(':', begin);
  if (colon < at) value.replace(colon + 1, at - colon - 1, "(secret)");
  return value;
}

const Setting* FindSetting(std::string_view name) {
  const auto found = std::ranges::find(Settings(), name, &Setting::name);
  return found == Settings().end() ? nullptr : &*found;
}

std::vector<std::string> SettingNames() {
  std::vector<std::string> names;
  for (const Setting& setting : Settings()) names.emplace_back(setting.name);
  return names;
}

/// True for "server": a part of a name that settings stand below.
bool IsSection(std::string_view name) {
  const std::string prefix = fmt::format("{}.", name);
  return std::ranges::any_of(
      Settings(), [&](const Setting& setting) { return setting.name.starts_with(prefix); });
}

/// A value of a file, with the dotted name of its place.
struct Leaf {
  std::string name;
  const Json* value;
};

void CollectLeaves(const Json& json, const std::string& name, std::vector<Leaf>& leaves) {
  if (!json.is_object()) {
    leaves.push_back({name, &json});
    return;
  }
  for (const auto& [key, value] : json.object()) {
    CollectLeaves(value, name.empty() ? key : fmt::format("{}.{}", name, key), leaves);
  }
}

/// The text of a file's value. A string setting must be a string there: `currency: 010` would
/// otherwise become "8" or "10" in silence.
std::optional<std::string> TextOf(const Json& value, SettingType type) {
  if (IsText(type)) {
    return value.is_string() ? std::optional(value.string()) : std::nullopt;
  }
  if (value.is_number() || value.is_bool()) return value.Dump();
  return std::nullopt;
}

}  // namespace

const std::vector<Setting>& Settings() {
  using enum SettingType;
  static const std::vector<Setting> settings = {
      {"server.address", kString, "127.0.0.1", "Address to listen on."},
      {"server.port", kInteger, "8000", "Port to listen on; 0 takes a free one."},
      {"server.threads", kInteger, "0", "Threads that serve requests; 0 is one per core."},
      {"storage.directory", kString, "fairline-data", "Folder of the database and the models."},
      {"storage.database", kString, "",
       "sqlite:///FILE or postgresql://USER@HOST/NAME; empty is fairline.db in the folder."},
      {"storage.objects", kString, "",
       "Folder or s3://BUCKET/PREFIX of the models; empty is objects in the folder."},
      {"encryption.master_key_file", kString, "",
       "File of the master keys; empty is master.key in the folder, made when absent."},
      {"encryption.master_key", kSecret, "", "The master keys themselves, instead of a file."},
      {"cache.url", kString, "memory", "memory or redis://HOST:PORT/DATABASE."},
      {"cache.predictions", kBool, "false",
       "Answer equal features under the same model and policy from the cache."},
      {"cache.ttl_seconds", kInteger, "86400", "How long a cached prediction may be used."},
      {"ledger.origin", kString, "fairline", "Name of this ledger in its checkpoints."},
      {"ledger.checkpoint_seconds", kInteger, "10",
       "A checkpoint is signed at least this often while there are events."},
      {"ledger.ship_checkpoints", kBool, "false",
       "Also put every checkpoint into storage.objects."},
      {"retention.decisions_days", kInteger, "2555",
       "Days that decisions and what they rest on are kept: a house policy of 7 years."},
      {"retention.business_decisions_days", kInteger, "2555",
       "The same for products listed as business credit."},
      {"retention.business_products", kString, "", "Products that are business credit, by comma."},
      {"retention.regions", kString, "US,US-CO,EU",
       "Regions whose statutory minimum periods apply."},
      {"retention.audit_days", kInteger, "3650", "Days that the payload of other events is kept."},
      {"retention.idempotency_days", kInteger, "30", "Days that an Idempotency-Key is known."},
      {"backup.location", kString, "", "Folder or s3://BUCKET/PREFIX of the backups."},
      {"backup.interval_minutes", kInteger, "15",
       "`serve` backs up this often when there is a location; 0 never."},
      {"serving.model", kString, "",
       "Registered model that decides; empty is the only one in Production."},
      {"scoring.engine", kString, "auto",
       "auto, or one of `fairline models engines`; all give the same bits."},
      {"decisions.product", kString, "consumer_loan", "Product of a decision that names none."},
      {"decisions.currency", kString, "USD", "Currency of an amount that names none (ISO 4217)."},
      {"decisions.review_band", kNumber, "0",
       "Width in probability around the cut-off that goes to manual review."},
      {"log.level", kString, "info", "Least level logged: debug, info, warning or error."},
  };
  return settings;
}

Config::Config() {
  for (const Setting& setting : Settings()) {
    entries_.push_back({std::string(setting.name), std::string(setting.fallback), "default"});
  }
}

Status Config::ApplyFile(std::string_view yaml, std::string_view file_name) {
  const Json file = FAIRLINE_TRY(ParseYaml(yaml, file_name));
  if (file.is_null()) return {};
  if (!file.is_object()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected settings like \"server: {{port: 8000}}\", found {}",
                            file_name, file.kind_name()));
  }
  std::vector<Leaf> leaves;
  CollectLeaves(file, "", leaves);
  for (const auto& [name, value] : leaves) {
    const std::string place = fmt::format("{}:{}", file_name, value->line());
    const Setting* setting = FindSetting(name);
    // `server:` with nothing below it sets nothing.
    if (value->is_null() && (setting != nullptr || IsSection(name))) continue;
    if (setting == nullptr) {
      return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: unknown setting \"{}\"{}", place,
                                                           name, DidYouMean(name, SettingNames())));
    }
    const std::optional<std::string> text = TextOf(*value, setting->type);
    if (!text) {
      return Fail(
          ErrorCode::kInvalidArgument,
          fmt::format("{}: {} must be {}, not {}{}", place, name, TypeName(setting->type),
                      value->kind_name(), IsText(setting->type) ? "; put it in quotes" : ""));
    }
    FAIRLINE_TRY(Apply(name, *text, place));
  }
  return {};
}

Status Config::ApplyEnvironment(const std::vector<std::string>& environment) {
  std::vector<std::string> known;
  for (const Setting& setting : Settings()) known.push_back(EnvironmentName(setting.name));
  for (const std::string& variable : environment) {
    const size_t equals = variable.find('=');
    if (equals == std::string::npos || !variable.starts_with(kEnvironmentPrefix)) continue;
    const std::string name = variable.substr(0, equals);
    if (std::ranges::find(kNamesUsedElsewhere, name) != std::end(kNamesUsedElsewhere)) continue;
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("the environment variable {} is no setting{}", name,
                              DidYouMean(name, known)));
    }
    const std::string_view setting = Settings()[found - known.begin()].name;
    FAIRLINE_TRY(Apply(setting, variable.substr(equals + 1), name));
  }
  return {};
}

Status Config::ApplyFlag(std::string_view name, std::string_view value, std::string_view flag) {
  return Apply(name, value, std::string(flag));
}

Status Config::Apply(std::string_view name, std::string_view value, std::string origin) {
  const Setting* setting = FindSetting(name);
  if (setting == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: unknown setting \"{}\"{}", origin,
                                                         name, DidYouMean(name, SettingNames())));
  }
  if (!HasType(value, setting->type)) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: {} must be {}, not \"{}\"", origin,
                                                         name, TypeName(setting->type), value));
  }
  Entry& entry = entries_[setting - Settings().data()];
  entry.value = value;
  entry.origin = std::move(origin);
  return {};
}

const Config::Entry& Config::Get(std::string_view name, SettingType type) const {
  const Setting* setting = FindSetting(name);
  FAIRLINE_CHECK(setting != nullptr, "there is no such setting");
  FAIRLINE_CHECK(setting->type == type, "this setting has another type");
  return entries_[setting - Settings().data()];
}

std::string Config::String(std::string_view name) const {
  return Get(name, SettingType::kString).value;
}

std::string Config::Secret(std::string_view name) const {
  return Get(name, SettingType::kSecret).value;
}

int64_t Config::Integer(std::string_view name) const {
  int64_t value = 0;
  ParseFully(Get(name, SettingType::kInteger).value, value);
  return value;
}

double Config::Number(std::string_view name) const {
  double value = 0;
  ParseFully(Get(name, SettingType::kNumber).value, value);
  return value;
}

bool Config::Bool(std::string_view name) const {
  return Get(name, SettingType::kBool).value == "true";
}

std::vector<Config::Entry> Config::Entries() const {
  std::vector<Entry> entries = entries_;
  for (size_t i = 0; i < entries.size(); ++i) {
    const bool hidden = Settings()[i].type == SettingType::kSecret && !entries[i].value.empty();
    entries[i].value = hidden ? "(secret)" : WithoutPassword(entries[i].value);
  }
  return entries;
}

}  // namespace fairline
