// Values without their names, in the layout's order.
#include "fairline/decisioning/record_payload.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>

#include "fairline/core/check.h"
#include "fairline/decisioning/json_text.h"

namespace fairline {
namespace {

static_assert(std::endian::native == std::endian::little, "doubles are stored as they lie here");

constexpr size_t kBytesOfAFeature = 12;  // more than most need
constexpr size_t kBytesOfAReason = 256;
constexpr size_t kBytesOfAnAttribution = 48;

std::unexpected<Error> Unlike() {
  return Fail(ErrorCode::kDataLoss, "the sealed values are not those of the record's layout");
}

}  // namespace

std::string EncodeFeatures(const Json& features, const std::vector<std::string>& layout) {
  std::string payload;
  payload.reserve(kBytesOfAFeature * layout.size());
  payload += '[';
  auto next = features.object().begin();
  for (const std::string& name : layout) {
    if (payload.size() > 1) payload += ',';
    const bool given = next != features.object().end() && next->first == name;
    if (given) {
      AppendJson((next++)->second, payload);
    } else {
      payload += "[]";
    }
  }
  FAIRLINE_CHECK(next == features.object().end(), "the features are those of the layout");
  return payload + "]";
}

Result<Json> DecodeFeatures(std::string_view payload, const std::vector<std::string>& layout) {
  Json values = FAIRLINE_TRY(Json::Parse(payload));
  if (!values.is_array() || values.array().size() != layout.size()) return Unlike();
  Json::Object features;
  for (size_t i = 0; i < layout.size(); ++i) {
    const Json& value = values.array()[i];
    if (!value.is_array()) features.emplace_back(layout[i], value);
  }
  return Json(std::move(features));
}

std::string EncodeAttributions(const Attributions& attributions) {
  std::string payload;
  payload.reserve(attributions.method.size() + attributions.space.size() + 2 +
                  (attributions.values.size() + 1) * sizeof(double));
  payload += attributions.method;
  payload += '\n';
  payload += attributions.space;
  payload += '\n';
  const auto append = [&](const double* numbers, size_t count) {
    payload.append(reinterpret_cast<const char*>(numbers), count * sizeof(double));
  };
  append(&attributions.base, 1);
  append(attributions.values.data(), attributions.values.size());
  return payload;
}

Result<Attributions> DecodeAttributions(std::string_view payload, size_t count) {
  const size_t first = payload.find('\n');
  const size_t second = first == std::string_view::npos ? first : payload.find('\n', first + 1);
  if (second == std::string_view::npos) return Unlike();
  const std::string_view numbers = payload.substr(second + 1);
  if (numbers.size() != (count + 1) * sizeof(double)) return Unlike();
  Attributions attributions;
  attributions.method = payload.substr(0, first);
  attributions.space = payload.substr(first + 1, second - first - 1);
  attributions.values.resize(count);
  std::memcpy(&attributions.base, numbers.data(), sizeof(double));
  std::memcpy(attributions.values.data(), numbers.data() + sizeof(double), count * sizeof(double));
  return attributions;
}

Json ReasonsJson(const std::vector<Reason>& reasons) {
  Json::Array array;
  for (const Reason& reason : reasons) {
    array.push_back(Json::Object{{"rank", reason.rank},
                                 {"code", reason.code},
                                 {"text", reason.text},
                                 {"difference", reason.difference},
                                 {"features", Json::ArrayOf(reason.features)}});
  }
  return array;
}

Result<std::vector<Reason>> ReasonsOf(const Json& json) {
  std::vector<Reason> reasons;
  if (!json.is_array()) return reasons;
  for (const Json& item : json.array()) {
    JsonReader reader(item, "predictions.reasons");
    Reason reason;
    reason.rank = static_cast<int>(reader.Integer("rank"));
    reason.code = reader.String("code");
    reason.text = reader.String("text");
    reason.difference = reader.Number("difference");
    reason.features = reader.Strings("features");
    FAIRLINE_TRY(reader.Finish());
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

std::string ReasonsText(const std::vector<Reason>& reasons) {
  std::string text;
  text.reserve(kBytesOfAReason * reasons.size());
  AppendJsonArray(reasons, text, [&](const Reason& reason) {
    text += "{\"rank\":";
    AppendJsonNumber(int64_t{reason.rank}, text);
    text += ",\"code\":";
    AppendJsonString(reason.code, text);
    text += ",\"text\":";
    AppendJsonString(reason.text, text);
    text += ",\"difference\":";
    AppendJsonNumber(reason.difference, text);
    text += ",\"features\":";
    AppendJsonArray(reason.features, text,
                    [&](const std::string& feature) { AppendJsonString(feature, text); });
    text += '}';
  });
  return text;
}

Json AttributionsJson(const Attributions& attributions, const std::vector<std::string>& names) {
  Json::Object values;
  values.reserve(attributions.values.size());
  for (size_t i = 0; i < attributions.values.size(); ++i) {
    values.emplace_back(names[i], attributions.values[i]);
  }
  return Json::Object{{"method", attributions.method},
                      {"space", attributions.space},
                      {"base", attributions.base},
                      {"values", std::move(values)}};
}

std::string StrongestAttributions(const Attributions& attributions,
                                  const std::vector<std::string>& names, size_t count) {
  std::vector<size_t> order(attributions.values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto stronger = [&](size_t a, size_t b) {
    const double x = std::abs(attributions.values[a]), y = std::abs(attributions.values[b]);
    return x != y ? x > y : a < b;
  };
  count = std::min(count, order.size());
  std::ranges::partial_sort(order, order.begin() + static_cast<ptrdiff_t>(count), stronger);

  std::string text = "{\"method\":";
  text.reserve(kBytesOfAnAttribution * (count + 2));
  AppendJsonString(attributions.method, text);
  text += ",\"space\":";
  AppendJsonString(attributions.space, text);
  text += ",\"base\":";
  AppendJsonNumber(attributions.base, text);
  text += ",\"values\":";
  for (size_t i = 0; i < count; ++i) {
    text += i == 0 ? '{' : ',';
    AppendJsonString(names[order[i]], text);
    text += ':';
    AppendJsonNumber(attributions.values[order[i]], text);
  }
  return text += count == 0 ? "{}}" : "}}";
}

}  // namespace fairline
