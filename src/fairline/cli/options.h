// The options of one command: declared once, from which come parsing, help and suggestions. The
// parser behind it (CLI11) is seen by options.cc only: it is slow to compile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fairline/cli/failure.h"

namespace fairline {

/// Where a value goes. A number that is none, or negative, is a usage error.
using OptionTarget = std::variant<bool*, std::string*, int64_t*, std::optional<std::string>*,
                                  std::optional<int64_t>*, std::vector<std::string>*>;

/// One option or positional argument.
struct Option {
  std::string names;  // "-o,--out"; without dashes it is positional: "NAME"
  std::string value;  // how help calls the value: "FILE"; empty for a switch
  std::string help;
  OptionTarget target;
  bool required = false;
  std::string setting;  // the setting this option sets ("server.port"), when it is one
};

class Options {
 public:
  Options() = default;
  // Settings point into this object.
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // `names` starts with dashes for an option and not for a positional argument; positional
  // arguments are taken in the order declared. Targets must outlive Parse().
  void Required(std::string names, std::string value, OptionTarget target, std::string help);
  void Optional(std::string names, std::string value, OptionTarget target, std::string help);
  void Switch(std::string names, bool* target, std::string help);
  /// The option is another way to write `--set setting=value`.
  void Setting(std::string names, std::string value, std::string setting, std::string help);

  /// Fills the targets. Every fault is a usage error that names the option, with the closest known
  /// one when it is unknown.
  std::expected<void, Failure> Parse(const std::vector<std::string>& arguments);

  const std::vector<Option>& all() const { return options_; }

  struct GivenSetting {
    std::string setting, value, flag;
  };
  /// The settings given by option, after Parse().
  const std::vector<GivenSetting>& given_settings() const { return given_settings_; }

 private:
  std::expected<void, Failure> Store(const Option& option, const std::vector<std::string>& values);
  std::expected<void, Failure> RefuseLeftover(const std::string& leftover) const;

  std::vector<Option> options_;
  std::vector<GivenSetting> given_settings_;
};

/// The long form, else the only form: "--out" of "-o,--out".
std::string LongName(const Option& option);
bool IsPositional(const Option& option);
/// Whether it takes a list.
bool IsMany(const Option& option);

}  // namespace fairline
