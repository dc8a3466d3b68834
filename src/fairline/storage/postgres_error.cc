// SQLSTATE classes: PostgreSQL 15, appendix A.
#include "fairline/storage/postgres_error.h"

#include <fmt/format.h>

#include <string_view>

namespace fairline {
namespace {

constexpr std::string_view kDetailPrefix = "PostgreSQL ";

struct Meaning {
  std::string_view state;  // or the beginning of one
  ErrorCode code;
  std::string_view message;
};

// The first that fits.
constexpr Meaning kMeanings[] = {
    {"23505", ErrorCode::kAlreadyExists, "the database refused a row that breaks its rules"},
    {"23", ErrorCode::kFailedPrecondition, "the database refused a row that breaks its rules"},
    {"22", ErrorCode::kFailedPrecondition, "the database refused a value that it cannot hold"},
    {"53100", ErrorCode::kUnavailable,
     "the disk is full: nothing was stored; free some space and try again"},
    {"53200", ErrorCode::kUnavailable, "the database server is out of memory"},
    {"53300", ErrorCode::kUnavailable,
     "the database server has no connection left: raise its max_connections"},
    {"54", ErrorCode::kTooLarge, "a value is too large to be stored"},
    {"55P03", ErrorCode::kUnavailable,
     "the database is locked by another program: try again in a moment"},
    {"25P03", ErrorCode::kUnavailable, "the database was held for too long: try again"},
    {"57014", ErrorCode::kUnavailable, "the database took too long: try again in a moment"},
    {"40", ErrorCode::kUnavailable,
     "the database is busy with another change: try again in a moment"},
    {"42501", ErrorCode::kUnavailable,
     "the database role lacks a right that is needed: ask the administrator of the database"},
    {"25006", ErrorCode::kUnavailable, "the database server is one that only reads"},
    {"08P01", ErrorCode::kInternal, "the database failed"},  // as many parameters as it wants
    {"08", ErrorCode::kUnavailable, "the database cannot be reached: try again in a moment"},
    {"57P", ErrorCode::kUnavailable, "the database cannot be reached: try again in a moment"},
    {"58", ErrorCode::kUnavailable,
     "the database server could not read or write its files: check its disk"},
    {"XX001", ErrorCode::kDataLoss, "the database is damaged: restore it from a backup"},
    {"XX002", ErrorCode::kDataLoss, "the database is damaged: restore it from a backup"},
    {"", ErrorCode::kInternal, "the database failed"},
};

std::string Field(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? std::string() : std::string(text);
}

bool HasState(const Error& error, std::string_view state) {
  return error.detail.starts_with(kDetailPrefix) &&
         std::string_view(error.detail).substr(kDetailPrefix.size()).starts_with(state);
}

}  // namespace

Error PostgresFailure(const PGresult* result) {
  const std::string state = Field(result, PG_DIAG_SQLSTATE);
  if (state.empty()) return PostgresGone(PQresultErrorMessage(result));
  std::string detail = fmt::format("{}{}", kDetailPrefix, state);
  // Data exceptions quote the value, which may be personal; the others name only the schema.
  if (!state.starts_with("22")) detail += ": " + Field(result, PG_DIAG_MESSAGE_PRIMARY);
  for (const int field : {PG_DIAG_TABLE_NAME, PG_DIAG_COLUMN_NAME, PG_DIAG_CONSTRAINT_NAME}) {
    if (const std::string name = Field(result, field); !name.empty()) detail += " " + name;
  }
  for (const Meaning& meaning : kMeanings) {
    if (!state.starts_with(meaning.state)) continue;
    return {meaning.code, std::string(meaning.message), std::move(detail), {}};
  }
  return {ErrorCode::kInternal, "the database failed", std::move(detail), {}};
}

Error PostgresGone(std::string detail) {
  while (detail.ends_with('\n')) detail.pop_back();
  return {ErrorCode::kUnavailable,
          "the database cannot be reached: try again in a moment",
          std::move(detail),
          {}};
}

bool IsPostgresDeadlock(const Error& error) {
  return HasState(error, "40001") || HasState(error, "40P01");
}

bool EndsPostgresConnection(const Error& error) {
  // It shuts down; it only reads; it has ended an idle session; it does not know a prepared
  // statement any more, or not in its present schema.
  for (const std::string_view state : {"57P", "25006", "25P03", "26000", "0A000"}) {
    if (HasState(error, state)) return true;
  }
  return false;
}

}  // namespace fairline
