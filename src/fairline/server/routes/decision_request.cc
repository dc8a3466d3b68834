// See decision_request.h.
#include "fairline/server/routes/decision_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/hash.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

Result<Json> ParseObject(std::string_view body) {
  if (body.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "the body is empty; send a JSON object");
  }
  Json json = FAIRLINE_TRY(Json::Parse(body));
  if (!json.is_object()) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the body is {}; send a JSON object", json.kind_name()));
  }
  return json;
}

std::unexpected<Error> FailFields(std::vector<FieldFault> faults) {
  Error error;
  error.code = ErrorCode::kInvalidArgument;
  for (const FieldFault& fault : faults) {
    if (!error.message.empty()) error.message += "; ";
    error.message += fault.field + ": " + fault.message;
  }
  error.faults = std::move(faults);
  return std::unexpected(std::move(error));
}

/// A copy whose objects have their members sorted by name.
Json Sorted(const Json& json) {
  if (json.is_array()) {
    Json::Array array;
    for (const Json& item : json.array()) array.push_back(Sorted(item));
    return array;
  }
  if (!json.is_object()) return json;
  Json::Object object;
  for (const auto& [name, value] : json.object()) object.emplace_back(name, Sorted(value));
  std::ranges::sort(object, {}, &Json::Member::first);
  return object;
}

}  // namespace

Result<DecisionRequest> ReadPredictBody(std::string_view body) {
  DecisionRequest request;
  request.features = FAIRLINE_TRY(ParseObject(body));
  const Json* wrapped = request.features.Find("features");
  if (wrapped != nullptr && wrapped->is_object() && request.features.object().size() == 1) {
    request.features = Json(*wrapped);
  }
  return request;
}

Result<DecisionRequest> ReadDecisionBody(std::string_view body) {
  const Json json = FAIRLINE_TRY(ParseObject(body));
  DecisionRequest request;
  std::vector<FieldFault> faults;
  for (const auto& [name, value] : json.object()) {
    if (name == "features") {
      if (!value.is_object())
        faults.push_back({name, fmt::format("must be an object, not {}", value.kind_name())});
      request.features = value;
    } else if (name == "external_ref") {
      if (!value.is_string() && !value.is_null()) {
        faults.push_back({name, fmt::format("must be a string, not {}", value.kind_name())});
      }
      if (value.is_string()) request.external_ref = value.string();
      if (request.external_ref.size() > limits::kExternalRefBytes) {
        faults.push_back({name, fmt::format("is longer than {} bytes", limits::kExternalRefBytes)});
      }
    } else {
      faults.push_back({name, "is not a field of this request"});
    }
  }
  if (json.Find("features") == nullptr) faults.push_back({"features", "is required"});
  if (!faults.empty()) return FailFields(std::move(faults));
  return request;
}

Result<Application> ToApplication(const DecisionRequest& request, const Deployment& deployment,
                                  std::string_view prefix) {
  auto application = ReadApplication(deployment, request.features);
  if (!application) {
    for (FieldFault& fault : application.error().faults) fault.field.insert(0, prefix);
    return application;
  }
  if (request.external_ref.empty()) return application;
  if (application->external_ref.empty()) {
    application->external_ref = request.external_ref;
  } else if (application->external_ref != request.external_ref) {
    return FailFields({{"external_ref", "is not the reference the features carry"}});
  }
  return application;
}

Result<std::optional<IdempotencyKey>> ReadIdempotencyKey(const Request& request,
                                                         const DecisionRequest& decision) {
  if (!request.HasHeader("Idempotency-Key")) return std::nullopt;
  const std::string_view key = request.Header("Idempotency-Key");
  const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
  if (key.empty() || key.size() > limits::kIdempotencyKeyBytes || !printable) {
    return FailFields({{"Idempotency-Key",
                        fmt::format("must be 1 to {} printable ASCII characters without spaces",
                                    limits::kIdempotencyKeyBytes)}});
  }
  const std::string canonical = Json(Json::Object{{"external_ref", decision.external_ref},
                                                  {"features", Sorted(decision.features)}})
                                    .Dump();
  return IdempotencyKey{std::string(key), Sha256Hex(canonical)};
}

}  // namespace fairline
