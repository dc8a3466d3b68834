// docs/reference/easy_ensemble.md describes the text. Every fault comes with the place it is at.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "fairline/core/json.h"
#include "fairline/core/limits.h"
#include "fairline/models/stump_ensemble.h"

namespace fairline {
namespace {

constexpr int64_t kVersion = 1;

/// A list by stump of what `part` is of each.
template <typename Part>
Json ListOf(const StumpBag& bag, Part part) {
  Json list = Json::MakeArray();
  for (const Stump& stump : bag.stumps) list.Append(Json(stump.*part));
  return list;
}

Json BagToJson(const StumpBag& bag) {
  Json json;
  json["feature"] = ListOf(bag, &Stump::feature);
  json["threshold"] = ListOf(bag, &Stump::threshold);
  json["missing_left"] = ListOf(bag, &Stump::missing_left);
  json["left_vote"] = ListOf(bag, &Stump::left_vote);
  json["right_vote"] = ListOf(bag, &Stump::right_vote);
  json["left_cover"] = ListOf(bag, &Stump::left_cover);
  json["right_cover"] = ListOf(bag, &Stump::right_cover);
  return json;
}

/// Reads the lists of one bag into its stumps; all are as long as the first.
class BagReader {
 public:
  BagReader(const Json& json, std::string where) : reader_(json, std::move(where)) {}

  Result<StumpBag> Read() {
    ReadFeatures();
    ReadNumbers("threshold", &Stump::threshold);
    ReadMissing();
    ReadNumbers("left_vote", &Stump::left_vote);
    ReadNumbers("right_vote", &Stump::right_vote);
    ReadNumbers("left_cover", &Stump::left_cover);
    ReadNumbers("right_cover", &Stump::right_cover);
    FAIRLINE_TRY(reader_.Finish());
    return std::move(bag_);
  }

 private:
  void ReadFeatures() {
    const std::vector<double> numbers = reader_.Numbers("feature");
    bag_.stumps.resize(numbers.size());
    for (size_t i = 0; i < numbers.size(); ++i) {
      constexpr double kMost = std::numeric_limits<int32_t>::max();
      if (numbers[i] != std::trunc(numbers[i]) || numbers[i] < -1 || numbers[i] > kMost) {
        return reader_.Fault("feature", fmt::format("{} is no feature", numbers[i]));
      }
      bag_.stumps[i].feature = static_cast<int32_t>(numbers[i]);
    }
  }

  void ReadNumbers(std::string_view key, double Stump::* part) {
    const std::vector<double> numbers = reader_.Numbers(key);
    if (!IsWhole(key, numbers.size())) return;
    for (size_t i = 0; i < numbers.size(); ++i) bag_.stumps[i].*part = numbers[i];
  }

  void ReadMissing() {
    constexpr std::string_view kKey = "missing_left";
    const Json& list = reader_.Value(kKey);
    if (!list.is_array()) return reader_.Fault(kKey, "is not a list");
    if (!IsWhole(kKey, list.array().size())) return;
    for (size_t i = 0; i < bag_.stumps.size(); ++i) {
      const Json& item = list.array()[i];
      if (!item.is_bool()) {
        return reader_.Fault(kKey, fmt::format("item {} is neither true nor false", i + 1));
      }
      bag_.stumps[i].missing_left = item.boolean();
    }
  }

  bool IsWhole(std::string_view key, size_t items) {
    if (items == bag_.stumps.size()) return true;
    reader_.Fault(key, fmt::format("has {} items where feature has {}", items, bag_.stumps.size()));
    return false;
  }

  JsonReader reader_;
  StumpBag bag_;
};

void ReadBags(JsonReader& reader, StumpEnsemble& model) {
  const Json& list = reader.Value("bags");
  if (!list.is_array()) return reader.Fault("bags", "is not a list");
  for (size_t i = 0; i < list.array().size(); ++i) {
    auto bag = BagReader(list.array()[i], fmt::format("ensemble.bags[{}]", i)).Read();
    if (bag) {
      model.bags.push_back(*std::move(bag));
    } else {
      return reader.Absorb(bag.error());  // the first that is damaged says enough
    }
  }
}

}  // namespace

std::string WriteStumpEnsemble(const StumpEnsemble& model) {
  Json json;
  json["format"] = kStumpEnsembleFormat;
  json["version"] = kVersion;
  json["features"] = Json::ArrayOf(model.feature_names);
  Json& bags = json["bags"] = Json::MakeArray();
  for (const StumpBag& bag : model.bags) bags.Append(BagToJson(bag));
  return json.Dump() + "\n";
}

Result<StumpEnsemble> ParseStumpEnsemble(std::string_view text) {
  if (text.size() > limits::kModelBytes) {
    return Fail(ErrorCode::kTooLarge, fmt::format("ensemble: {} bytes are more than {}",
                                                  text.size(), limits::kModelBytes));
  }
  const Json json = FAIRLINE_TRY(Json::Parse(text));
  const Json* version = json.Find("version");
  if (version != nullptr && version->is_integer() && version->integer() > kVersion) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("ensemble: format version {} is newer than {}, the newest this program "
                            "knows",
                            version->integer(), kVersion));
  }
  JsonReader reader(json, "ensemble");
  if (reader.String("format") != kStumpEnsembleFormat) {
    reader.Fault("format", fmt::format("is not {}", kStumpEnsembleFormat));
  }
  if (reader.Integer("version") != kVersion) reader.Fault("version", "is none there is");
  StumpEnsemble model;
  model.feature_names = reader.Strings("features");
  ReadBags(reader, model);
  FAIRLINE_TRY(reader.Finish());
  FAIRLINE_TRY(model.Validate());
  return model;
}

}  // namespace fairline
