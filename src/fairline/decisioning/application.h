// An application for credit: what the caller sent, checked against the signature of the model that
// will decide on it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/features/signature.h"

namespace fairline {

/// Something about the input a reader of the record should know; never a reason to refuse.
struct Note {
  std::string field;
  std::string code;  // "unseen_category"
  std::string message;
};

struct Application {
  std::string external_ref;  // the caller's id (the signature's id field), may be empty
  std::string product;
  std::optional<int64_t> amount_minor;  // from the field with role amount
  std::string currency;                 // ISO 4217
  Json features;                        // as received, in signature order, absent fields left out
  RawRow raw;
  std::vector<Note> notes;
};

/// `features`: {"AMT_CREDIT": 406597.5, "NAME_CONTRACT_TYPE": "Cash loans", "OWN_CAR_AGE": null,
/// …}. null is missing. Every fault is listed with its field: absent but required, not in the
/// signature, wrong type, outside the declared range. A category unseen in training is noted. An
/// empty category is missing, as an empty cell of a CSV file is. `target` names the outcome the
/// model was trained on, when known: a request that carries it gets a message of its own.
Result<Application> ReadApplication(const Signature& signature, const Json& features,
                                    std::string_view target = {});

}  // namespace fairline
