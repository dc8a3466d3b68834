// The card as Siddiqi prints it. Whole points: what a person adds up.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "fairline/models/scorecard.h"

namespace fairline {
namespace {

constexpr size_t kRangeWidth = 34;

std::string RangeOfNumbers(double from, double below) {
  if (std::isinf(from) && std::isinf(below)) return "any value";
  if (std::isinf(from)) return fmt::format("below {}", below);
  if (std::isinf(below)) return fmt::format("{} and above", from);
  return fmt::format("{} to below {}", from, below);
}

std::string RangeOfCategories(const Characteristic& characteristic, const ScorecardBin& bin,
                              const CategoryName& name) {
  std::vector<std::string> names;
  for (const int32_t category : bin.categories) {
    names.push_back(name ? name(characteristic.feature, category) : fmt::format("{}", category));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string RangeOf(const Characteristic& characteristic, const ScorecardBin& bin, double from,
                    const CategoryName& name) {
  const bool others = characteristic.categorical;
  if (bin.takes == BinTakes::kMissing) return others ? "missing, other" : "missing";
  const std::string range =
      others ? RangeOfCategories(characteristic, bin, name) : RangeOfNumbers(from, bin.below);
  if (bin.takes == BinTakes::kValues) return range;
  return range + (others ? "; missing, other" : "; missing");
}

Json PrintedCharacteristic(const Scorecard& scorecard, const Characteristic& characteristic,
                           const CategoryName& name) {
  Json json;
  json["feature"] = scorecard.feature_names[characteristic.feature];
  json["coefficient"] = characteristic.coefficient;
  json["information_value"] = InformationValue(characteristic);
  double total = 0;
  for (const ScorecardBin& bin : characteristic.bins) total += bin.good + bin.bad;
  double from = -std::numeric_limits<double>::infinity();
  for (const ScorecardBin& bin : characteristic.bins) {
    const double rows = bin.good + bin.bad;
    Json printed;
    printed["range"] = RangeOf(characteristic, bin, from, name);
    printed["rows"] = rows;
    printed["share"] = rows / total;
    if (rows > 0) printed["bad_rate"] = bin.bad / rows;
    printed["woe"] = bin.woe;
    printed["points"] = std::nearbyint(bin.points) + 0.0;  // not minus zero
    json["bins"].Append(std::move(printed));
    from = bin.below;
  }
  return json;
}

double NumberOf(const Json& json, std::string_view key) { return json.Find(key)->number(); }
const std::string& TextOf(const Json& json, std::string_view key) {
  return json.Find(key)->string();
}

/// A range in the width of its column: of many categories the first ones.
std::string Shortened(const std::string& range) {
  constexpr size_t kMost = kRangeWidth + 6;
  if (range.size() <= kMost) return range;
  const size_t comma = range.rfind(", ", kMost - 5);
  return range.substr(0, comma == std::string::npos ? kMost - 5 : comma) + ", ...";
}

std::string FormatCharacteristic(const Json& printed) {
  std::string out =
      fmt::format("\n{}  (IV {:.3f}, coefficient {:.4f})\n", TextOf(printed, "feature"),
                  NumberOf(printed, "information_value"), NumberOf(printed, "coefficient"));
  for (const Json& bin : printed.Find("bins")->array()) {
    const Json* bad_rate = bin.Find("bad_rate");
    out += fmt::format("  {:<{}} {:>9.0f} {:>6.1f}% {:>8} {:>8.3f} {:>7.0f}\n",
                       Shortened(TextOf(bin, "range")), kRangeWidth + 6, NumberOf(bin, "rows"),
                       100 * NumberOf(bin, "share"),
                       bad_rate != nullptr ? fmt::format("{:.2f}%", 100 * bad_rate->number()) : "-",
                       NumberOf(bin, "woe"), NumberOf(bin, "points"));
  }
  return out;
}

}  // namespace

Json PrintedScorecard(const Scorecard& scorecard, const CategoryName& name) {
  Json json;
  json["scale"]["score"] = scorecard.scale.score;
  json["scale"]["odds"] = scorecard.scale.odds;
  json["scale"]["pdo"] = scorecard.scale.pdo;
  json["rounded"] = scorecard.rounded;
  json["characteristics"] = Json::MakeArray();
  for (const Characteristic& characteristic : scorecard.characteristics) {
    json["characteristics"].Append(PrintedCharacteristic(scorecard, characteristic, name));
  }
  json["left_out"] = Json::MakeArray();
  for (const LeftOutFeature& feature : scorecard.left_out) {
    Json item;
    item["feature"] = feature.name;
    item["reason"] = feature.reason;
    json["left_out"].Append(std::move(item));
  }
  return json;
}

std::string FormatScorecard(const Json& printed) {
  const Json& scale = *printed.Find("scale");
  std::string out = fmt::format(
      "Scorecard: {:g} points at odds of {:g} goods to 1 bad, {:g} points double the odds\n"
      "{}\n\n  {:<{}} {:>9} {:>7} {:>8} {:>8} {:>7}\n",
      NumberOf(scale, "score"), NumberOf(scale, "odds"), NumberOf(scale, "pdo"),
      printed.Find("rounded")->boolean()
          ? "The whole points below are added and decide."
          : "Decisions use the exact log-odds; the points below are rounded.",
      "", kRangeWidth + 6, "rows", "share", "bad rate", "WOE", "points");
  for (const Json& characteristic : printed.Find("characteristics")->array()) {
    out += FormatCharacteristic(characteristic);
  }
  const Json::Array& left_out = printed.Find("left_out")->array();
  if (!left_out.empty()) out += "\nLeft out\n";
  for (const Json& item : left_out) {
    out += fmt::format("  {:<32} {}\n", TextOf(item, "feature"), TextOf(item, "reason"));
  }
  return out;
}

}  // namespace fairline
