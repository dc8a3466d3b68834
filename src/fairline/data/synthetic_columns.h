// The columns of the synthetic applicants: names, order, types and categories of Kaggle's Home
// Credit application table, with about the shares its categories have there.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "fairline/data/table.h"

namespace fairline::synthetic {

struct Category {
  std::string_view name;
  double share;  // of the rows that have a value, before the draws tilt it
};

inline constexpr std::array<Category, 2> kContractType = {
    {{"Cash loans", 0.9028}, {"Revolving loans", 0.0972}}};
inline constexpr std::array<Category, 2> kGender = {{{"F", 0.6606}, {"M", 0.3394}}};
inline constexpr std::array<Category, 2> kNoYes = {{{"N", 0.66}, {"Y", 0.34}}};
inline constexpr std::array<Category, 7> kTypeSuite = {{{"Unaccompanied", 0.8132},
                                                        {"Family", 0.1287},
                                                        {"Spouse, partner", 0.0392},
                                                        {"Children", 0.0106},
                                                        {"Other_B", 0.0053},
                                                        {"Other_A", 0.0021},
                                                        {"Group of people", 0.0009}}};
inline constexpr std::array<Category, 8> kIncomeType = {{{"Working", 0.5228},
                                                         {"Commercial associate", 0.2267},
                                                         {"Pensioner", 0.1834},
                                                         {"State servant", 0.0669},
                                                         {"Unemployed", 0.0001},
                                                         {"Maternity leave", 0.0001},
                                                         {"Businessman", 0.0001},
                                                         {"Student", 0.0001}}};
inline constexpr std::array<Category, 5> kEducation = {{{"Secondary / secondary special", 0.7139},
                                                        {"Higher education", 0.2401},
                                                        {"Incomplete higher", 0.0335},
                                                        {"Lower secondary", 0.0117},
                                                        {"Academic degree", 0.0007}}};
inline constexpr std::array<Category, 5> kFamilyStatus = {{{"Married", 0.6411},
                                                           {"Single / not married", 0.1442},
                                                           {"Civil marriage", 0.0968},
                                                           {"Separated", 0.0634},
                                                           {"Widow", 0.0545}}};
inline constexpr std::array<Category, 6> kHousing = {{{"House / apartment", 0.8873},
                                                      {"With parents", 0.0478},
                                                      {"Municipal apartment", 0.0368},
                                                      {"Rented apartment", 0.0166},
                                                      {"Office apartment", 0.0073},
                                                      {"Co-op apartment", 0.0042}}};
inline constexpr std::array<Category, 18> kOccupation = {{{"Laborers", 0.2625},
                                                          {"Sales staff", 0.1558},
                                                          {"Core staff", 0.1322},
                                                          {"Managers", 0.0922},
                                                          {"Drivers", 0.0895},
                                                          {"High skill tech staff", 0.0528},
                                                          {"Accountants", 0.0496},
                                                          {"Medicine staff", 0.0412},
                                                          {"Security staff", 0.0302},
                                                          {"Cooking staff", 0.028},
                                                          {"Cleaning staff", 0.0207},
                                                          {"Private service staff", 0.0133},
                                                          {"Low-skill Laborers", 0.011},
                                                          {"Waiters/barmen staff", 0.0066},
                                                          {"Secretaries", 0.0062},
                                                          {"IT staff", 0.0029},
                                                          {"Realty agents", 0.0028},
                                                          {"HR staff", 0.0025}}};
inline constexpr std::array<Category, 7> kWeekday = {{{"MONDAY", 0.1634},
                                                      {"TUESDAY", 0.1726},
                                                      {"WEDNESDAY", 0.1695},
                                                      {"THURSDAY", 0.169},
                                                      {"FRIDAY", 0.1622},
                                                      {"SATURDAY", 0.1095},
                                                      {"SUNDAY", 0.0539}}};
inline constexpr std::array<Category, 58> kOrganization = {{{"Business Entity Type 3", 0.2196},
                                                            {"XNA", 0.1835},
                                                            {"Self-employed", 0.1253},
                                                            {"Other", 0.0547},
                                                            {"Medicine", 0.0362},
                                                            {"Government", 0.0348},
                                                            {"Business Entity Type 2", 0.0314},
                                                            {"School", 0.0282},
                                                            {"Trade: type 7", 0.0247},
                                                            {"Kindergarten", 0.0211},
                                                            {"Construction", 0.0204},
                                                            {"Business Entity Type 1", 0.0199},
                                                            {"Transport: type 4", 0.0172},
                                                            {"Trade: type 3", 0.0121},
                                                            {"Industry: type 3", 0.0109},
                                                            {"Industry: type 9", 0.0109},
                                                            {"Housing", 0.0106},
                                                            {"Security", 0.0095},
                                                            {"Military", 0.009},
                                                            {"Bank", 0.0088},
                                                            {"Industry: type 11", 0.0087},
                                                            {"Transport: type 2", 0.0083},
                                                            {"Agriculture", 0.0081},
                                                            {"Postal", 0.0067},
                                                            {"Police", 0.0064},
                                                            {"Trade: type 2", 0.0063},
                                                            {"Security Ministries", 0.0061},
                                                            {"Services", 0.0059},
                                                            {"Restaurant", 0.0046},
                                                            {"University", 0.0045},
                                                            {"Industry: type 7", 0.0043},
                                                            {"Hotel", 0.0039},
                                                            {"Transport: type 3", 0.0037},
                                                            {"Industry: type 1", 0.0036},
                                                            {"Electricity", 0.0032},
                                                            {"Telecom", 0.0026},
                                                            {"Insurance", 0.0022},
                                                            {"Industry: type 4", 0.002},
                                                            {"Industry: type 12", 0.002},
                                                            {"Industry: type 5", 0.0019},
                                                            {"Trade: type 6", 0.0019},
                                                            {"Emergency", 0.0018},
                                                            {"Industry: type 2", 0.0015},
                                                            {"Culture", 0.0013},
                                                            {"Mobile", 0.0013},
                                                            {"Trade: type 1", 0.0011},
                                                            {"Realtor", 0.0011},
                                                            {"Advertising", 0.001},
                                                            {"Transport: type 1", 0.0009},
                                                            {"Legal Services", 0.0009},
                                                            {"Cleaning", 0.0009},
                                                            {"Industry: type 6", 0.0005},
                                                            {"Industry: type 10", 0.0005},
                                                            {"Trade: type 5", 0.0005},
                                                            {"Religion", 0.0003},
                                                            {"Trade: type 4", 0.0003},
                                                            {"Industry: type 13", 0.0002},
                                                            {"Industry: type 8", 0.0001}}};
inline constexpr std::array<Category, 4> kRepairFund = {{{"reg oper account", 0.7734},
                                                         {"reg oper spec account", 0.1149},
                                                         {"org spec account", 0.0587},
                                                         {"not specified", 0.053}}};
inline constexpr std::array<Category, 3> kHouseType = {
    {{"block of flats", 0.9823}, {"specific housing", 0.0093}, {"terraced house", 0.0084}}};
inline constexpr std::array<Category, 7> kWalls = {{{"Panel", 0.4377},
                                                    {"Stone, brick", 0.4341},
                                                    {"Block", 0.0598},
                                                    {"Wooden", 0.0327},
                                                    {"Mixed", 0.0151},
                                                    {"Others", 0.0103},
                                                    {"Monolithic", 0.0102}}};
inline constexpr std::array<Category, 2> kEmergency = {{{"No", 0.9857}, {"Yes", 0.0143}}};

struct ColumnFacts {
  std::string_view name;
  std::span<const Category> categories = {};  // empty: numeric
  bool whole = false;                         // a count, a flag, a number of days, an id

  constexpr ColumnType type() const {
    return categories.empty() ? ColumnType::kNumeric : ColumnType::kCategorical;
  }
};

constexpr ColumnFacts Whole(std::string_view name) { return {.name = name, .whole = true}; }

inline constexpr auto kColumns = std::to_array<ColumnFacts>({
    Whole("SK_ID_CURR"),
    Whole("TARGET"),
    {"NAME_CONTRACT_TYPE", kContractType},
    {"CODE_GENDER", kGender},
    {"FLAG_OWN_CAR", kNoYes},
    {"FLAG_OWN_REALTY", kNoYes},
    Whole("CNT_CHILDREN"),
    {"AMT_INCOME_TOTAL"},
    {"AMT_CREDIT"},
    {"AMT_ANNUITY"},
    {"AMT_GOODS_PRICE"},
    {"NAME_TYPE_SUITE", kTypeSuite},
    {"NAME_INCOME_TYPE", kIncomeType},
    {"NAME_EDUCATION_TYPE", kEducation},
    {"NAME_FAMILY_STATUS", kFamilyStatus},
    {"NAME_HOUSING_TYPE", kHousing},
    {"REGION_POPULATION_RELATIVE"},
    Whole("DAYS_BIRTH"),
    Whole("DAYS_EMPLOYED"),
    Whole("DAYS_REGISTRATION"),
    Whole("DAYS_ID_PUBLISH"),
    Whole("OWN_CAR_AGE"),
    Whole("FLAG_MOBIL"),
    Whole("FLAG_EMP_PHONE"),
    Whole("FLAG_WORK_PHONE"),
    Whole("FLAG_CONT_MOBILE"),
    Whole("FLAG_PHONE"),
    Whole("FLAG_EMAIL"),
    {"OCCUPATION_TYPE", kOccupation},
    Whole("CNT_FAM_MEMBERS"),
    Whole("REGION_RATING_CLIENT"),
    Whole("REGION_RATING_CLIENT_W_CITY"),
    {"WEEKDAY_APPR_PROCESS_START", kWeekday},
    Whole("HOUR_APPR_PROCESS_START"),
    Whole("REG_REGION_NOT_LIVE_REGION"),
    Whole("REG_REGION_NOT_WORK_REGION"),
    Whole("LIVE_REGION_NOT_WORK_REGION"),
    Whole("REG_CITY_NOT_LIVE_CITY"),
    Whole("REG_CITY_NOT_WORK_CITY"),
    Whole("LIVE_CITY_NOT_WORK_CITY"),
    {"ORGANIZATION_TYPE", kOrganization},
    {"EXT_SOURCE_1"},
    {"EXT_SOURCE_2"},
    {"EXT_SOURCE_3"},
    {"APARTMENTS_AVG"},
    {"BASEMENTAREA_AVG"},
    {"YEARS_BEGINEXPLUATATION_AVG"},
    {"YEARS_BUILD_AVG"},
    {"COMMONAREA_AVG"},
    {"ELEVATORS_AVG"},
    {"ENTRANCES_AVG"},
    {"FLOORSMAX_AVG"},
    {"FLOORSMIN_AVG"},
    {"LANDAREA_AVG"},
    {"LIVINGAPARTMENTS_AVG"},
    {"LIVINGAREA_AVG"},
    {"NONLIVINGAPARTMENTS_AVG"},
    {"NONLIVINGAREA_AVG"},
    {"APARTMENTS_MODE"},
    {"BASEMENTAREA_MODE"},
    {"YEARS_BEGINEXPLUATATION_MODE"},
    {"YEARS_BUILD_MODE"},
    {"COMMONAREA_MODE"},
    {"ELEVATORS_MODE"},
    {"ENTRANCES_MODE"},
    {"FLOORSMAX_MODE"},
    {"FLOORSMIN_MODE"},
    {"LANDAREA_MODE"},
    {"LIVINGAPARTMENTS_MODE"},
    {"LIVINGAREA_MODE"},
    {"NONLIVINGAPARTMENTS_MODE"},
    {"NONLIVINGAREA_MODE"},
    {"APARTMENTS_MEDI"},
    {"BASEMENTAREA_MEDI"},
    {"YEARS_BEGINEXPLUATATION_MEDI"},
    {"YEARS_BUILD_MEDI"},
    {"COMMONAREA_MEDI"},
    {"ELEVATORS_MEDI"},
    {"ENTRANCES_MEDI"},
    {"FLOORSMAX_MEDI"},
    {"FLOORSMIN_MEDI"},
    {"LANDAREA_MEDI"},
    {"LIVINGAPARTMENTS_MEDI"},
    {"LIVINGAREA_MEDI"},
    {"NONLIVINGAPARTMENTS_MEDI"},
    {"NONLIVINGAREA_MEDI"},
    {"FONDKAPREMONT_MODE", kRepairFund},
    {"HOUSETYPE_MODE", kHouseType},
    {"TOTALAREA_MODE"},
    {"WALLSMATERIAL_MODE", kWalls},
    {"EMERGENCYSTATE_MODE", kEmergency},
    Whole("OBS_30_CNT_SOCIAL_CIRCLE"),
    Whole("DEF_30_CNT_SOCIAL_CIRCLE"),
    Whole("OBS_60_CNT_SOCIAL_CIRCLE"),
    Whole("DEF_60_CNT_SOCIAL_CIRCLE"),
    Whole("DAYS_LAST_PHONE_CHANGE"),
    Whole("FLAG_DOCUMENT_2"),
    Whole("FLAG_DOCUMENT_3"),
    Whole("FLAG_DOCUMENT_4"),
    Whole("FLAG_DOCUMENT_5"),
    Whole("FLAG_DOCUMENT_6"),
    Whole("FLAG_DOCUMENT_7"),
    Whole("FLAG_DOCUMENT_8"),
    Whole("FLAG_DOCUMENT_9"),
    Whole("FLAG_DOCUMENT_10"),
    Whole("FLAG_DOCUMENT_11"),
    Whole("FLAG_DOCUMENT_12"),
    Whole("FLAG_DOCUMENT_13"),
    Whole("FLAG_DOCUMENT_14"),
    Whole("FLAG_DOCUMENT_15"),
    Whole("FLAG_DOCUMENT_16"),
    Whole("FLAG_DOCUMENT_17"),
    Whole("FLAG_DOCUMENT_18"),
    Whole("FLAG_DOCUMENT_19"),
    Whole("FLAG_DOCUMENT_20"),
    Whole("FLAG_DOCUMENT_21"),
    Whole("AMT_REQ_CREDIT_BUREAU_HOUR"),
    Whole("AMT_REQ_CREDIT_BUREAU_DAY"),
    Whole("AMT_REQ_CREDIT_BUREAU_WEEK"),
    Whole("AMT_REQ_CREDIT_BUREAU_MON"),
    Whole("AMT_REQ_CREDIT_BUREAU_QRT"),
    Whole("AMT_REQ_CREDIT_BUREAU_YEAR"),
});

/// Position of a column; a name that is not one does not compile.
consteval size_t Col(std::string_view name) {
  for (size_t i = 0; i < kColumns.size(); ++i) {
    if (kColumns[i].name == name) return i;
  }
  throw "no such column";
}

/// Position of a category; a name that is not one does not compile.
consteval double Code(std::span<const Category> categories, std::string_view name) {
  for (size_t i = 0; i < categories.size(); ++i) {
    if (categories[i].name == name) return static_cast<double>(i);
  }
  throw "no such category";
}

/// One applicant: the value of each column, a category as its position in `categories`, NaN
/// missing.
class ApplicantRow {
 public:
  double& operator[](size_t position) { return values_[position]; }
  double operator[](size_t position) const { return values_[position]; }

 private:
  std::array<double, kColumns.size()> values_{};
};

}  // namespace fairline::synthetic
