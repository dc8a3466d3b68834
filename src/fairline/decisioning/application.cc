// The checks of a request against the signature. The values stay as received; beside them grow the
// raw row the feature plan reads and the list of everything that is wrong.
#include "fairline/decisioning/application.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fairline/core/utf8.h"
#include "fairline/features/field_check.h"

namespace fairline {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kMinorPerMajor = 100;
// An unknown name is the caller's text: a message repeats no more of it than this.
constexpr size_t kShownNameBytes = 80;

bool IsSentinel(const Field& field, double value) {
  return std::ranges::find(field.missing_values, value) != field.missing_values.end();
}

std::string Shown(std::string_view name) {
  if (name.size() <= kShownNameBytes) return std::string(name);
  return fmt::format("{}…", CutUtf8(name, kShownNameBytes));
}

class ApplicationReader {
 public:
  explicit ApplicationReader(const Signature& signature) : signature_(signature) {
    application_.features = Json::MakeObject();
    application_.raw.assign(signature.size(), kMissing);
  }

  Result<Application> Read(const Json& features, std::string_view target) {
    if (!features.is_object()) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("the features must be an object of field names and values, not {}",
                              features.kind_name()));
    }
    std::vector<const Json*> values(signature_.size(), nullptr);
    for (const auto& [name, value] : features.object()) {
      const int index = signature_.Find(name);
      if (index >= 0) {
        values[static_cast<size_t>(index)] = &value;
      } else {
        NoteUnknown(name, target);
      }
    }
    Json::Object received;
    for (size_t i = 0; i < values.size(); ++i) {
      const Field& field = signature_.fields()[i];
      if (values[i] == nullptr) {
        if (field.required) NoteFault(field, "is required (null says that it is missing)");
      } else if (field.role != FieldRole::kIgnored) {
        ReadValue(i, *values[i]);
        received.emplace_back(field.name, *values[i]);
      }
    }
    if (!faults_.empty()) return Faults();
    application_.features = Json(std::move(received));
    return std::move(application_);
  }

 private:
  void ReadValue(size_t index, const Json& value) {
    const Field& field = signature_.fields()[index];
    if (value.is_null()) return;
    if (field.role == FieldRole::kId) {
      ReadReference(field, value);
    } else if (field.type == ColumnType::kNumeric) {
      ReadNumber(index, value);
    } else {
      ReadCategory(index, value);
    }
  }

  void ReadReference(const Field& field, const Json& value) {
    if (value.is_integer()) {
      application_.external_ref = fmt::format("{}", value.integer());
    } else if (!value.is_string()) {
      NoteFault(field,
                fmt::format("must be a string or a whole number, not {}", value.kind_name()));
    } else if (auto fault = ReferenceFault(value.string())) {
      NoteFault(field, *std::move(fault));
    } else {
      application_.external_ref = value.string();
    }
  }

  void ReadNumber(size_t index, const Json& value) {
    const Field& field = signature_.fields()[index];
    if (!value.is_number()) {
      return NoteFault(field, fmt::format("must be a number, not {}", value.kind_name()));
    }
    const double number = value.number();
    application_.raw[index] = number;
    if (auto fault = NumberFault(field, number)) return NoteFault(field, *std::move(fault));
    if (field.role == FieldRole::kAmount && !IsSentinel(field, number)) {
      application_.amount_minor = std::llround(number * kMinorPerMajor);
    }
  }

  void ReadCategory(size_t index, const Json& value) {
    const Field& field = signature_.fields()[index];
    if (!value.is_string()) {
      return NoteFault(field, fmt::format("must be a string, not {}", value.kind_name()));
    }
    const std::string& category = value.string();
    if (category.empty()) return;
    if (auto fault = CategoryFault(category)) return NoteFault(field, *std::move(fault));
    const double code = signature_.CategoryCode(index, category);
    application_.raw[index] = code;
    // The note leaves the value out: it is personal, and it is in the features already.
    if (code == kUnseenCategory && field.is_model_input) {
      application_.notes.push_back({field.name, "unseen_category",
                                    fmt::format("the category given for {} was not in the training "
                                                "data and counts as missing",
                                                field.name)});
    }
  }

  void NoteUnknown(std::string_view name, std::string_view target) {
    faults_.push_back({Shown(name), !target.empty() && name == target
                                        ? "is the outcome and is never part of a request"
                                        : "is not a field of this model"});
  }

  void NoteFault(const Field& field, std::string message) {
    faults_.push_back({field.name, std::move(message)});
  }

  std::unexpected<Error> Faults() {
    std::string message;
    for (const FieldFault& fault : faults_) {
      message += fmt::format("{}{} {}", message.empty() ? "" : "; ", fault.field, fault.message);
    }
    return std::unexpected(
        Error{ErrorCode::kInvalidArgument, std::move(message), {}, std::move(faults_)});
  }

  const Signature& signature_;
  Application application_;
  std::vector<FieldFault> faults_;
};

}  // namespace

Result<Application> ReadApplication(const Signature& signature, const Json& features,
                                    std::string_view target) {
  return ApplicationReader(signature).Read(features, target);
}

}  // namespace fairline
