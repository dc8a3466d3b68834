// From a training table and what the configuration declares to the signature of the model.
#pragma once

#include <string>
#include <vector>

#include "fairline/core/result.h"
#include "fairline/data/table.h"
#include "fairline/features/field_options.h"
#include "fairline/features/signature.h"

namespace fairline {

/// Every column but the target becomes a field, in column order: its type and the categories seen
/// from the column, its role `feature` unless declared (APPLICATION_DATE: `ignored`). Fields that
/// are model inputs are required unless declared; protected ones are model inputs only with
/// `use_protected`. Errors name every declaration that fits no column (a target may be absent: a
/// table to score has none) and every column with more categories than
/// limits::kCategoriesPerColumn.
Result<Signature> InferSignature(const Table& table, const std::vector<FieldOptions>& declared,
                                 bool use_protected);

/// The name of the one column declared `role: target`.
Result<std::string> TargetColumn(const Table& table, const std::vector<FieldOptions>& declared);

}  // namespace fairline
