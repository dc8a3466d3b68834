#include "fairline/features/training_signature.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "fairline/features/pattern.h"

namespace fairline {
namespace {

// In the order a signature stores them: bytewise, each once.
std::vector<std::string> CategoriesSeen(const Column& column) {
  std::set<std::string> seen;
  if (column.type == ColumnType::kNumeric) {
    for (double number : column.numbers) {
      if (!std::isnan(number)) seen.insert(CategoryText(number));
    }
  } else {
    std::vector<bool> used(column.vocabulary.size());
    for (int32_t code : column.codes) {
      if (code != Column::kMissingCode) used[code] = true;
    }
    for (size_t code = 0; code < used.size(); ++code) {
      if (used[code]) seen.insert(column.vocabulary[code]);
    }
  }
  return {seen.begin(), seen.end()};
}

// When somebody applied tells a model nothing about the next applicant; batches and monitoring use
// the column (`fairline data sample --from` writes it).
FieldRole CustomaryRole(std::string_view column) {
  return column == "APPLICATION_DATE" ? FieldRole::kIgnored : FieldRole::kFeature;
}

// A pattern may span columns of both types: what is for numbers then concerns the numeric ones.
bool DeclaredForNumbers(const Field& field, const std::vector<FieldOptions>& declared) {
  if (field.type == ColumnType::kNumeric) return true;
  return std::ranges::any_of(declared, [&](const FieldOptions& options) {
    return options.name == field.name &&
           (options.minimum || options.maximum || !options.missing_values.empty());
  });
}

Field FieldOf(const Column& column, const std::vector<FieldOptions>& declared, bool use_protected) {
  const FieldOptions options = OptionsFor(column.name, declared);
  Field field;
  field.name = column.name;
  field.type = options.categorical.value_or(false) ? ColumnType::kCategorical : column.type;
  field.role = options.role.value_or(CustomaryRole(column.name));
  field.availability = options.availability.value_or(Availability::kApplication);
  field.availability_declared = options.availability.has_value();
  field.is_model_input = field.role == FieldRole::kFeature || field.role == FieldRole::kAmount ||
                         (field.role == FieldRole::kProtected && use_protected);
  field.required = options.required.value_or(field.is_model_input);
  field.personal = options.personal.value_or(true);
  if (DeclaredForNumbers(field, declared)) {
    field.minimum = options.minimum;
    field.maximum = options.maximum;
    field.missing_values = options.missing_values;
  }
  // An id or an ignored column may hold a different text in every row.
  const bool has_categories = field.is_model_input || field.role == FieldRole::kProtected;
  if (field.type == ColumnType::kCategorical && has_categories) {
    field.vocabulary = CategoriesSeen(column);
  }
  return field;
}

Status CheckDeclared(const Table& table, const std::vector<FieldOptions>& declared) {
  std::vector<std::string> unknown;
  for (const auto& options : declared) {
    const bool fits = std::ranges::any_of(table.columns(), [&](const Column& column) {
      return IsPattern(options.name) ? MatchesPattern(options.name, column.name)
                                     : options.name == column.name;
    });
    if (!fits && options.role != FieldRole::kTarget) unknown.push_back(options.name);
  }
  if (unknown.empty()) return {};
  return Fail(ErrorCode::kInvalidArgument,
              fmt::format("fields that the configuration declares are not columns of the data: {}",
                          fmt::join(unknown, ", ")));
}

// `categorical: false` is a statement about the data that may be untrue.
Status CheckNumeric(const Table& table, const std::vector<FieldOptions>& declared) {
  for (const Column& column : table.columns()) {
    if (column.type == ColumnType::kNumeric) continue;
    if (OptionsFor(column.name, declared).categorical.value_or(true)) continue;
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} is declared `categorical: false` but holds text", column.name));
  }
  return {};
}

}  // namespace

Result<Signature> InferSignature(const Table& table, const std::vector<FieldOptions>& declared,
                                 bool use_protected) {
  FAIRLINE_TRY(CheckDeclared(table, declared));
  FAIRLINE_TRY(CheckNumeric(table, declared));
  std::vector<Field> fields;
  for (const Column& column : table.columns()) {
    Field field = FieldOf(column, declared, use_protected);
    if (field.role != FieldRole::kTarget) fields.push_back(std::move(field));
  }
  return Signature::Create(std::move(fields));
}

Result<std::string> TargetColumn(const Table& table, const std::vector<FieldOptions>& declared) {
  std::vector<std::string> targets;
  for (const Column& column : table.columns()) {
    if (OptionsFor(column.name, declared).role == FieldRole::kTarget) {
      targets.push_back(column.name);
    }
  }
  if (targets.size() == 1) return targets.front();
  if (targets.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "no column of the data is the target: declare `role: target` for the outcome");
  }
  return Fail(ErrorCode::kInvalidArgument, fmt::format("one column can be the target, not {}: {}",
                                                       targets.size(), fmt::join(targets, ", ")));
}

}  // namespace fairline
