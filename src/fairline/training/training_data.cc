// Both walk the raw columns, before any feature is computed.
#include "fairline/training/training_data.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "fairline/core/hash.h"
#include "fairline/stats/histogram.h"

namespace fairline {
namespace {

constexpr size_t kBins = 20;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Json CountsToJson(const Histogram& histogram) {
  Json json;
  json["edges"] = Json::ArrayOf(histogram.edges);
  json["counts"] = Json::ArrayOf(histogram.counts);
  json["missing"] = histogram.missing;
  return json;
}

Json NumericBaseline(const Field& field, std::vector<double> values) {
  for (double& value : values) {
    if (std::ranges::find(field.missing_values, value) != field.missing_values.end()) {
      value = kMissing;
    }
  }
  Json json = CountsToJson(CountInto(QuantileEdges(values, kBins), values));
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (!values.empty()) {
    const auto [minimum, maximum] = std::ranges::minmax(values);
    json["minimum"] = minimum;
    json["maximum"] = maximum;
  }
  return json;
}

Json CategoricalBaseline(const Field& field, const std::vector<double>& codes) {
  std::vector<size_t> counts(field.vocabulary.size());
  size_t missing = 0;
  for (double code : codes) {
    if (code >= 0) {
      ++counts[static_cast<size_t>(code)];
    } else {
      ++missing;
    }
  }
  Json json;
  json["categories"] = Json::ArrayOf(field.vocabulary);
  json["counts"] = Json::ArrayOf(counts);
  json["missing"] = missing;
  return json;
}

void AppendLittleEndian(uint64_t value, int bytes, std::string& out) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::string ColumnBytes(const Column& column) {
  std::string bytes = column.name + '\0' + std::string(ColumnTypeName(column.type)) + '\0';
  for (double number : column.numbers) {
    AppendLittleEndian(std::bit_cast<uint64_t>(std::isnan(number) ? kMissing : number), 8, bytes);
  }
  for (int32_t code : column.codes) {
    if (code == Column::kMissingCode) {
      AppendLittleEndian(0xffffffff, 4, bytes);
    } else {
      const std::string& category = column.vocabulary[static_cast<size_t>(code)];
      AppendLittleEndian(category.size(), 4, bytes);
      bytes += category;
    }
  }
  return bytes;
}

}  // namespace

Result<Json> BaselineOf(const Signature& signature, const Table& table,
                        std::span<const double> probabilities) {
  const RawColumns raw_columns = FAIRLINE_TRY(RawColumns::FromTable(signature, table));
  std::vector<std::vector<double>> columns(signature.size());
  RawRow raw(signature.size());
  for (size_t row = 0; row < raw_columns.rows(); ++row) {
    raw_columns.Row(row, raw);
    for (size_t i = 0; i < raw.size(); ++i) columns[i].push_back(raw[i]);
  }
  Json json;
  json["rows"] = raw_columns.rows();
  Json::Object fields;
  for (size_t i = 0; i < signature.size(); ++i) {
    const Field& field = signature.fields()[i];
    if (field.role == FieldRole::kId || field.role == FieldRole::kIgnored) continue;
    fields.emplace_back(field.name, field.type == ColumnType::kNumeric
                                        ? NumericBaseline(field, std::move(columns[i]))
                                        : CategoricalBaseline(field, columns[i]));
  }
  json["fields"] = std::move(fields);
  json["probability"] = CountsToJson(CountInto(QuantileEdges(probabilities, kBins), probabilities));
  return json;
}

std::string Fingerprint(const Table& table) {
  std::string digests;
  for (const Column& column : table.columns()) digests += Sha256Hex(ColumnBytes(column)) + '\n';
  return Sha256Hex(digests);
}

}  // namespace fairline
