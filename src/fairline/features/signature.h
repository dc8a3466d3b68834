// The signature of a model: what an applicant's raw row looks like. It is the request schema of the
// API, the header expected of a batch file and the input of the feature plan. It also says how one
// raw row becomes numbers: a RawRow.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/data/table.h"

namespace fairline {

enum class FieldRole {
  kId,         // the caller's reference; never a model input
  kTarget,     // the outcome; never in a request
  kAmount,     // a feature that is also the amount of the loan, in major units
  kFeature,    // a model input
  kProtected,  // accepted and stored; a model input only if the configuration says so
  kIgnored,    // accepted and dropped
};
std::string_view FieldRoleName(FieldRole role);
Result<FieldRole> ParseFieldRole(std::string_view name);

/// When a value becomes known. A model that decides at application time may use the first two.
enum class Availability { kApplication, kBureau, kAfterDecision };
std::string_view AvailabilityName(Availability availability);
Result<Availability> ParseAvailability(std::string_view name);

struct Field {
  std::string name;
  ColumnType type = ColumnType::kNumeric;
  FieldRole role = FieldRole::kFeature;
  Availability availability = Availability::kApplication;
  bool availability_declared = false;  // by a person: then the name is not held against it
  bool required = true;  // must be present in a request; null is always allowed and means missing
  std::optional<double> minimum, maximum;  // declared range; outside it a request is refused
  std::vector<double> missing_values;      // sentinels such as 365243, read as missing
  std::vector<std::string> vocabulary;     // categories seen in training, sorted bytewise

  bool personal = true;        // sealed in the record, and gone with the applicant's key
  bool is_model_input = true;  // what role and configuration came to
};

/// A raw row: one double per signature field (in signature order). Numeric: the value as received,
/// sentinels included, NaN missing. Categorical: the index in the field's vocabulary, NaN missing,
/// kUnseenCategory for a category training did not see.
using RawRow = std::vector<double>;
inline constexpr double kUnseenCategory = -1;

class Signature {
 public:
  Signature() = default;
  /// Names must be unique (checked). The target is not part of a signature.
  explicit Signature(std::vector<Field> fields);
  /// The same for fields from outside: every rule of a signature is verified first, and an error
  /// names the field that breaks it.
  static Result<Signature> Create(std::vector<Field> fields);

  const std::vector<Field>& fields() const { return fields_; }
  size_t size() const { return fields_.size(); }
  /// Position of the field of that name, or -1.
  int Find(std::string_view name) const;
  /// Vocabulary index of a category of field `index`, or kUnseenCategory.
  double CategoryCode(size_t index, std::string_view category) const;
  /// The same for a category received as a number: `3` is the category "3".
  double CategoryCode(size_t index, double category) const;

  Json ToJson() const;
  static Result<Signature> FromJson(const Json& json);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using Positions = std::unordered_map<std::string, int, Hash, std::equal_to<>>;

  std::vector<Field> fields_;
  Positions index_;
  std::vector<Positions> categories_;
};

/// A number as the name of a category: whole numbers without a point or an exponent, others in the
/// shortest form that reads back to the same bits.
std::string CategoryText(double number);

/// Raw rows of a whole table, by columns: the same numbers a request with the same values gives.
/// A required field without a column is an error that names all of them; other columns are left
/// out. Text in a numeric model input is an error that names the row; elsewhere it is missing.
class RawColumns {
 public:
  static Result<RawColumns> FromTable(const Signature& signature, const Table& table);
  size_t rows() const { return rows_; }
  /// Copies row `row` into `raw` (size = signature size).
  void Row(size_t row, std::span<double> raw) const;

 private:
  size_t rows_ = 0;
  std::vector<std::vector<double>> columns_;  // empty: the optional field has no column
};

}  // namespace fairline
