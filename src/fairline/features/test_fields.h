// Short ways to write the fields, columns and signatures of a test.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fairline/data/table.h"
#include "fairline/features/signature.h"

namespace fairline {

inline Field NumericField(std::string name) { return {.name = std::move(name)}; }

inline Field CategoricalField(std::string name, std::vector<std::string> vocabulary) {
  return {.name = std::move(name),
          .type = ColumnType::kCategorical,
          .vocabulary = std::move(vocabulary)};
}

inline Field FieldOfRole(std::string name, FieldRole role) {
  return {.name = std::move(name), .role = role, .required = false, .is_model_input = false};
}

/// A signature of numeric features with these names.
inline Signature NumericSignature(const std::vector<std::string>& names) {
  std::vector<Field> fields;
  for (const auto& name : names) fields.push_back(NumericField(name));
  return Signature(std::move(fields));
}

inline Column NumericColumn(std::string name, std::vector<double> numbers) {
  Column column;
  column.name = std::move(name);
  column.numbers = std::move(numbers);
  return column;
}

/// A categorical column; "" is missing.
inline Column CategoricalColumn(std::string name, const std::vector<std::string_view>& values) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::kCategorical;
  for (const auto value : values) {
    int32_t code = Column::kMissingCode;
    for (size_t i = 0; i < column.vocabulary.size(); ++i) {
      if (column.vocabulary[i] == value) code = static_cast<int32_t>(i);
    }
    if (code == Column::kMissingCode && !value.empty()) {
      code = static_cast<int32_t>(column.vocabulary.size());
      column.vocabulary.emplace_back(value);
    }
    column.codes.push_back(code);
  }
  return column;
}

}  // namespace fairline
