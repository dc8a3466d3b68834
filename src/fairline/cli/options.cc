// CLI11 splits the words of the command line into options and values; what they mean and how a
// fault is said is ours.
#include "fairline/cli/options.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <type_traits>

#include "fairline/core/suggest.h"

namespace fairline {
namespace {

std::vector<std::string> SplitNames(const std::string& names) {
  std::vector<std::string> parts;
  size_t begin = 0;
  while (begin <= names.size()) {
    const size_t comma = std::min(names.find(',', begin), names.size());
    parts.push_back(names.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

bool ParseInteger(const std::string& text, int64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size() && *value >= 0;
}

bool IsSwitch(const Option& option) { return std::holds_alternative<bool*>(option.target); }

/// CLI11's messages read "--rows: 1 required TEXT missing".
std::string FlagOf(const CLI::Error& error) {
  const std::string what = error.what();
  return what.substr(0, what.find(':'));
}

}  // namespace

std::string LongName(const Option& option) {
  const auto names = SplitNames(option.names);
  for (const auto& name : names) {
    if (name.starts_with("--")) return name;
  }
  return names.front();
}

bool IsPositional(const Option& option) { return !option.names.starts_with('-'); }

bool IsMany(const Option& option) {
  return std::holds_alternative<std::vector<std::string>*>(option.target);
}

void Options::Required(std::string names, std::string value, OptionTarget target,
                       std::string help) {
  options_.push_back({std::move(names), std::move(value), std::move(help), target, true, {}});
}

void Options::Optional(std::string names, std::string value, OptionTarget target,
                       std::string help) {
  options_.push_back({std::move(names), std::move(value), std::move(help), target, false, {}});
}

void Options::Switch(std::string names, bool* target, std::string help) {
  options_.push_back({std::move(names), {}, std::move(help), target, false, {}});
}

void Options::Setting(std::string names, std::string value, std::string setting, std::string help) {
  options_.push_back({std::move(names), std::move(value), std::move(help),
                      static_cast<std::string*>(nullptr), false, std::move(setting)});
}

std::expected<void, Failure> Options::Parse(const std::vector<std::string>& arguments) {
  CLI::App parser;
  parser.set_help_flag();
  parser.allow_extras();
  std::vector<CLI::Option*> parsed;
  std::vector<std::vector<std::string>> values(options_.size());
  for (size_t i = 0; i < options_.size(); ++i) {
    const Option& option = options_[i];
    if (IsSwitch(option)) {
      parsed.push_back(parser.add_flag(option.names));
      continue;
    }
    parsed.push_back(parser.add_option(option.names, values[i]));
    if (IsPositional(option) && IsMany(option)) continue;  // takes all the words it gets
    parsed.back()->expected(1)->allow_extra_args(false);
    parsed.back()->multi_option_policy(IsMany(option) ? CLI::MultiOptionPolicy::TakeAll
                                                      : CLI::MultiOptionPolicy::Throw);
  }
  try {
    parser.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Error& error) {
    if (error.get_name() == "ArgumentMismatch") {
      return UsageError(FlagOf(error) + " takes exactly one value");
    }
    return UsageError(error.what());
  }
  if (const auto leftover = parser.remaining(); !leftover.empty()) {
    return RefuseLeftover(leftover.front());
  }
  for (size_t i = 0; i < options_.size(); ++i) {
    const Option& option = options_[i];
    if (parsed[i]->count() > 0) {
      if (auto stored = Store(option, values[i]); !stored) return stored;
    } else if (option.required) {
      return UsageError(fmt::format("{} is missing: {}", LongName(option), option.help));
    }
  }
  return {};
}

std::expected<void, Failure> Options::Store(const Option& option,
                                            const std::vector<std::string>& values) {
  if (!option.setting.empty()) {
    given_settings_.push_back({option.setting, values.front(), LongName(option)});
    return {};
  }
  const auto store = [&]<typename T>(T* target) -> std::expected<void, Failure> {
    if constexpr (std::is_same_v<T, bool>) {
      *target = true;
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      *target = values;
    } else if constexpr (std::is_same_v<T, std::string> ||
                         std::is_same_v<T, std::optional<std::string>>) {
      *target = values.front();
    } else {
      int64_t number = 0;
      if (!ParseInteger(values.front(), &number)) {
        return UsageError(
            fmt::format("{} must be a whole number, not \"{}\"", LongName(option), values.front()));
      }
      *target = number;
    }
    return {};
  };
  return std::visit(store, option.target);
}

std::expected<void, Failure> Options::RefuseLeftover(const std::string& leftover) const {
  if (!leftover.starts_with('-')) {
    return UsageError(fmt::format("\"{}\" is one argument too many", leftover));
  }
  const std::string word = leftover.substr(0, leftover.find('='));
  std::vector<std::string> known;
  for (const auto& option : options_) {
    if (!IsPositional(option)) known.push_back(LongName(option));
  }
  return UsageError(fmt::format("there is no option {}{}", word, DidYouMean(word, known)));
}

}  // namespace fairline
