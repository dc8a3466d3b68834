// Settings of the program: flag > FAIRLINE_* > fairline.yaml > default. Every setting is listed
// once in config.cc with its type, default and help; a key that is not listed there is an error.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/result.h"

namespace fairline {

/// A secret is a string that is never shown.
enum class SettingType { kString, kSecret, kInteger, kNumber, kBool };

struct Setting {
  std::string_view name;  // "server.port"; the environment name is FAIRLINE_SERVER_PORT
  SettingType type;
  std::string_view fallback;
  std::string_view help;
};

/// Every setting there is, in the order they are shown.
const std::vector<Setting>& Settings();

class Config {
 public:
  /// Defaults only.
  Config();

  /// Reads a fairline.yaml (nested maps: `server: {port: 8000}`). Unknown keys and values of the
  /// wrong type are errors that name file and line.
  Status ApplyFile(std::string_view yaml, std::string_view file_name);
  /// Reads the FAIRLINE_* variables of `environment` ("NAME=value" strings). An unknown
  /// FAIRLINE_ name is an error, except those in config.cc's list of names used elsewhere.
  Status ApplyEnvironment(const std::vector<std::string>& environment);
  /// One flag, `name` as in Settings(), e.g. from `--set server.port=9000` or `--port 9000`.
  Status ApplyFlag(std::string_view name, std::string_view value, std::string_view flag);

  // FAIRLINE_CHECK that the setting exists and has that type.
  std::string String(std::string_view name) const;
  std::string Secret(std::string_view name) const;
  int64_t Integer(std::string_view name) const;
  double Number(std::string_view name) const;
  bool Bool(std::string_view name) const;

  struct Entry {
    std::string name;
    std::string value;
    std::string origin;  // "default", "fairline.yaml:3", "FAIRLINE_SERVER_PORT", "--port"
  };
  /// A secret's value, and the password in a URL, read "(secret)".
  std::vector<Entry> Entries() const;

 private:
  Status Apply(std::string_view name, std::string_view value, std::string origin);
  const Entry& Get(std::string_view name, SettingType type) const;

  std::vector<Entry> entries_;  // in the order of Settings()
};

}  // namespace fairline
