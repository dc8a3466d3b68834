// docs/reference/scorecard.md describes the text. Every fault comes with the place it is at.
#include <fmt/format.h>

#include <cmath>

#include "fairline/models/scorecard.h"

namespace fairline {
namespace {

constexpr int64_t kVersion = 1;

constexpr std::pair<BinTakes, std::string_view> kTakes[] = {
    {BinTakes::kValues, "values"},
    {BinTakes::kMissing, "missing"},
    {BinTakes::kValuesAndMissing, "values_and_missing"},
};

Json BinToJson(const Characteristic& characteristic, const ScorecardBin& bin) {
  Json json;
  for (const auto& [takes, name] : kTakes) {
    if (bin.takes == takes) json["takes"] = name;
  }
  if (bin.takes != BinTakes::kMissing) {
    if (characteristic.categorical) {
      Json& categories = json["categories"];
      for (const int32_t category : bin.categories) categories.Append(Json(category));
    } else if (std::isfinite(bin.below)) {
      json["below"] = bin.below;
    }
  }
  json["good"] = bin.good;
  json["bad"] = bin.bad;
  json["woe"] = bin.woe;
  json["points"] = bin.points;
  return json;
}

Json CharacteristicToJson(const Scorecard& scorecard, const Characteristic& characteristic) {
  Json json;
  json["feature"] = scorecard.feature_names[characteristic.feature];
  json["kind"] = characteristic.categorical ? "categorical" : "numeric";
  json["coefficient"] = characteristic.coefficient;
  for (const ScorecardBin& bin : characteristic.bins) {
    json["bins"].Append(BinToJson(characteristic, bin));
  }
  return json;
}

std::vector<int32_t> ReadCategories(JsonReader& reader) {
  std::vector<int32_t> categories;
  for (const double category : reader.Numbers("categories")) {
    if (category != std::trunc(category) || category < 0 || category > 2147483647.0) {
      reader.Fault("categories", fmt::format("{} is no category", category));
      continue;
    }
    categories.push_back(static_cast<int32_t>(category));
  }
  return categories;
}

Result<ScorecardBin> BinFromJson(const Json& json, bool categorical, const std::string& where) {
  JsonReader reader(json, where);
  ScorecardBin bin;
  const std::string takes = reader.String("takes");
  bool known = false;
  for (const auto& [kind, name] : kTakes) {
    if (takes != name) continue;
    bin.takes = kind;
    known = true;
  }
  if (!known) reader.Fault("takes", "is none of values, missing, values_and_missing");
  if (bin.takes != BinTakes::kMissing) {
    if (categorical) {
      bin.categories = ReadCategories(reader);
    } else {
      bin.below = reader.NumberOr("below", bin.below);
    }
  }
  bin.good = reader.Number("good");
  bin.bad = reader.Number("bad");
  bin.woe = reader.Number("woe");
  bin.points = reader.Number("points");
  FAIRLINE_TRY(reader.Finish());
  return bin;
}

size_t FeatureIndex(const std::vector<std::string>& names, const std::string& name) {
  size_t index = 0;
  while (index < names.size() && names[index] != name) ++index;
  return index;
}

Result<Characteristic> CharacteristicFromJson(const Json& json,
                                              const std::vector<std::string>& features,
                                              const std::string& where) {
  JsonReader reader(json, where);
  Characteristic characteristic;
  const std::string name = reader.String("feature");
  characteristic.feature = FeatureIndex(features, name);
  if (characteristic.feature == features.size()) {
    reader.Fault("feature", fmt::format("\"{}\" is not among the features", name));
  }
  const std::string kind = reader.String("kind");
  characteristic.categorical = kind == "categorical";
  if (!characteristic.categorical && kind != "numeric") {
    reader.Fault("kind", "is neither numeric nor categorical");
  }
  characteristic.coefficient = reader.Number("coefficient");
  const Json& bins = reader.Value("bins");
  if (!bins.is_array()) {
    reader.Fault("bins", "is not a list");
  } else {
    for (size_t i = 0; i < bins.array().size(); ++i) {
      auto bin = BinFromJson(bins.array()[i], characteristic.categorical,
                             fmt::format("{}.bins[{}]", where, i));
      if (bin) {
        characteristic.bins.push_back(*std::move(bin));
      } else {
        reader.Absorb(bin.error());
      }
    }
  }
  FAIRLINE_TRY(reader.Finish());
  return characteristic;
}

ScoreScale ScaleFromJson(const Json& json, JsonReader& parent) {
  JsonReader reader(json, "scorecard.scale");
  const ScoreScale scale{
      .score = reader.Number("score"), .odds = reader.Number("odds"), .pdo = reader.Number("pdo")};
  if (auto status = reader.Finish(); !status) parent.Absorb(status.error());
  return scale;
}

void ReadCharacteristics(JsonReader& reader, Scorecard& scorecard) {
  const Json& list = reader.Value("characteristics");
  if (!list.is_array()) return reader.Fault("characteristics", "is not a list");
  for (size_t i = 0; i < list.array().size(); ++i) {
    auto characteristic = CharacteristicFromJson(list.array()[i], scorecard.feature_names,
                                                 fmt::format("scorecard.characteristics[{}]", i));
    if (characteristic) {
      scorecard.characteristics.push_back(*std::move(characteristic));
    } else {
      reader.Absorb(characteristic.error());
    }
  }
}

void ReadLeftOut(JsonReader& reader, Scorecard& scorecard) {
  const Json* list = reader.ValueOr("left_out");
  if (list == nullptr) return;
  if (!list->is_array()) return reader.Fault("left_out", "is not a list");
  for (size_t i = 0; i < list->array().size(); ++i) {
    JsonReader item(list->array()[i], fmt::format("scorecard.left_out[{}]", i));
    LeftOutFeature feature{.name = item.String("feature"), .reason = item.String("reason")};
    if (auto status = item.Finish(); !status) reader.Absorb(status.error());
    scorecard.left_out.push_back(std::move(feature));
  }
}

}  // namespace

std::string WriteScorecard(const Scorecard& scorecard) {
  Json json;
  json["format"] = kScorecardFormat;
  json["version"] = kVersion;
  json["features"] = Json::ArrayOf(scorecard.feature_names);
  json["scale"]["score"] = scorecard.scale.score;
  json["scale"]["odds"] = scorecard.scale.odds;
  json["scale"]["pdo"] = scorecard.scale.pdo;
  json["rounded"] = scorecard.rounded;
  json["intercept"] = scorecard.intercept;
  for (const Characteristic& characteristic : scorecard.characteristics) {
    json["characteristics"].Append(CharacteristicToJson(scorecard, characteristic));
  }
  for (const LeftOutFeature& feature : scorecard.left_out) {
    Json item;
    item["feature"] = feature.name;
    item["reason"] = feature.reason;
    json["left_out"].Append(std::move(item));
  }
  return json.Pretty() + "\n";
}

Result<Scorecard> ParseScorecard(std::string_view text) {
  const Json json = FAIRLINE_TRY(Json::Parse(text));
  const Json* version = json.Find("version");
  if (version != nullptr && version->is_integer() && version->integer() > kVersion) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("scorecard: format version {} is newer than {}, the newest this "
                            "program knows",
                            version->integer(), kVersion));
  }
  JsonReader reader(json, "scorecard");
  if (reader.String("format") != kScorecardFormat)
    reader.Fault("format", "is not fairline_scorecard");
  if (reader.Integer("version") != kVersion) reader.Fault("version", "is none there is");
  Scorecard scorecard;
  scorecard.feature_names = reader.Strings("features");
  scorecard.scale = ScaleFromJson(reader.Value("scale"), reader);
  scorecard.rounded = reader.Bool("rounded");
  scorecard.intercept = reader.Number("intercept");
  ReadCharacteristics(reader, scorecard);
  ReadLeftOut(reader, scorecard);
  FAIRLINE_TRY(reader.Finish());
  FAIRLINE_TRY(scorecard.Validate());
  return scorecard;
}

}  // namespace fairline
