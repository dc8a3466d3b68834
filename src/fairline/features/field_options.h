// What a training configuration declares about the columns of its table. The rest is inferred
// (training_signature.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/signature.h"

namespace fairline {

/// A declaration for one column, or for every column that fits a pattern. What is not set is left
/// to the column, to the defaults, or to another declaration.
struct FieldOptions {
  std::string name;  // or a pattern: FLAG_DOCUMENT_*
  std::optional<FieldRole> role;
  std::optional<Availability> availability;
  std::optional<bool> required;
  std::optional<bool> personal;  // false: no need to seal the values in the record
  std::optional<double> minimum, maximum;
  std::vector<double> missing_values;
  std::optional<bool> categorical;  // true: the numbers of this column are names of categories
};

/// The `fields:` map of a training configuration:
///
///   SK_ID_CURR: {role: id}
///   CODE_GENDER: protected                  # short for {role: protected}
///   OWN_CAR_AGE: {minimum: 0, maximum: 100}
///   EXT_SOURCE_*: {availability: bureau}
///
/// `where` opens the messages ("train.yaml: fields"), which name every fault with its field and
/// line.
Result<std::vector<FieldOptions>> ParseFieldOptions(const Json& map, const std::string& where);

/// All that is declared for a column: patterns in the order written, then the declaration of its
/// exact name, each overriding what came before.
FieldOptions OptionsFor(std::string_view column, const std::vector<FieldOptions>& declared);

}  // namespace fairline
