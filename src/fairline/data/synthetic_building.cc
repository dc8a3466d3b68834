// The building the applicant lives in: fourteen figures, each as average, mode and median over the
// building's flats and scaled to 0..1, and five facts. About half of the applicants have none of
// them; those who have some lack the rarer figures together.
#include <array>
#include <limits>

#include "fairline/data/synthetic_draw.h"
#include "fairline/data/synthetic_random.h"

namespace fairline::synthetic {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kKnownShare = 0.522;  // of applicants whose building is known at all

struct Building {
  double size = 0;       // standard normal: flats and area
  double height = 0;     // about standard normal, taller where it is larger
  double obscurity = 0;  // uniform: how little is known of it
};

/// How a figure follows from the building: median x e^(size s + height h + noise z), or for an
/// `additive` one median + size s + height h + noise z; rounded to `step` where it counts things.
struct Figure {
  size_t average, mode, median_column;
  double missing;  // share of all applicants
  double zero;     // share of the known values
  double median;
  double size, height, noise;
  double step = 0;
  bool additive = false;
};

constexpr std::array<Figure, 14> kFigures = {{
    {Col("APARTMENTS_AVG"), Col("APARTMENTS_MODE"), Col("APARTMENTS_MEDI"), 0.511, 0.005, 0.088,
     0.60, 0.20, 0.25},
    {Col("BASEMENTAREA_AVG"), Col("BASEMENTAREA_MODE"), Col("BASEMENTAREA_MEDI"), 0.589, 0.116,
     0.080, 0.50, 0.00, 0.45},
    {Col("YEARS_BEGINEXPLUATATION_AVG"), Col("YEARS_BEGINEXPLUATATION_MODE"),
     Col("YEARS_BEGINEXPLUATATION_MEDI"), 0.491, 0.003, 0.981, 0.00, 0.002, 0.009, 0, true},
    {Col("YEARS_BUILD_AVG"), Col("YEARS_BUILD_MODE"), Col("YEARS_BUILD_MEDI"), 0.664, 0.0004, 0.752,
     0.00, 0.060, 0.085, 0, true},
    {Col("COMMONAREA_AVG"), Col("COMMONAREA_MODE"), Col("COMMONAREA_MEDI"), 0.698, 0.090, 0.023,
     0.60, 0.50, 0.85},
    {Col("ELEVATORS_AVG"), Col("ELEVATORS_MODE"), Col("ELEVATORS_MEDI"), 0.534, 0.050, 0.00, 0.11,
     0.13, 0.05, 0.04, true},
    {Col("ENTRANCES_AVG"), Col("ENTRANCES_MODE"), Col("ENTRANCES_MEDI"), 0.506, 0.002, 0.134, 0.60,
     -0.30, 0.22, 0.0345},
    {Col("FLOORSMAX_AVG"), Col("FLOORSMAX_MODE"), Col("FLOORSMAX_MEDI"), 0.500, 0.020, 0.190, 0.10,
     0.50, 0.20, 0.041667},
    {Col("FLOORSMIN_AVG"), Col("FLOORSMIN_MODE"), Col("FLOORSMIN_MEDI"), 0.679, 0.023, 0.200, 0.05,
     0.48, 0.38, 0.041667},
    {Col("LANDAREA_AVG"), Col("LANDAREA_MODE"), Col("LANDAREA_MEDI"), 0.595, 0.125, 0.054, 0.50,
     -0.10, 0.65},
    {Col("LIVINGAPARTMENTS_AVG"), Col("LIVINGAPARTMENTS_MODE"), Col("LIVINGAPARTMENTS_MEDI"), 0.683,
     0.004, 0.076, 0.58, 0.20, 0.25},
    {Col("LIVINGAREA_AVG"), Col("LIVINGAREA_MODE"), Col("LIVINGAREA_MEDI"), 0.505, 0.002, 0.075,
     0.64, 0.25, 0.27},
    {Col("NONLIVINGAPARTMENTS_AVG"), Col("NONLIVINGAPARTMENTS_MODE"),
     Col("NONLIVINGAPARTMENTS_MEDI"), 0.695, 0.573, 0.0075, 0.15, 0.10, 1.0},
    {Col("NONLIVINGAREA_AVG"), Col("NONLIVINGAREA_MODE"), Col("NONLIVINGAREA_MEDI"), 0.552, 0.416,
     0.019, 0.35, 0.25, 1.15},
}};

bool IsUnknown(Random& random, const Building& building, double missing) {
  const double missing_among_known = 1 - (1 - missing) / kKnownShare;
  const double luck = Chance(random, 0.8) ? building.obscurity : random.Uniform();
  return luck < missing_among_known;
}

double Scaled(double value, double step) {
  if (step > 0) value = RoundTo(value, step);
  return Decimals(std::clamp(value, 0.0, 1.0), 1e4);
}

void DrawFigure(Random& random, const Building& building, const Figure& figure, ApplicantRow& row) {
  if (IsUnknown(random, building, figure.missing)) {
    row[figure.average] = row[figure.mode] = row[figure.median_column] = kMissing;
    return;
  }
  const double deviation = figure.size * building.size + figure.height * building.height +
                           figure.noise * random.Normal();
  double value = figure.additive ? figure.median + deviation : figure.median * Exp(deviation);
  if (Chance(random, figure.zero)) value = 0;
  const double uneven = figure.additive && figure.step == 0 ? 0.1 : 1;
  const double mode = value * (1 + uneven * (0.07 * random.Normal() - 0.03));
  const double median = Chance(random, 0.6) ? value : value * (1 + uneven * 0.02 * random.Normal());
  row[figure.average] = Scaled(value, figure.step);
  row[figure.mode] = Scaled(Chance(random, 0.4) ? value : mode, figure.step);
  row[figure.median_column] = Scaled(median, figure.step);
}

void ForgetBuilding(ApplicantRow& row) {
  for (const Figure& figure : kFigures) {
    row[figure.average] = row[figure.mode] = row[figure.median_column] = kMissing;
  }
  for (const size_t column :
       {Col("TOTALAREA_MODE"), Col("FONDKAPREMONT_MODE"), Col("HOUSETYPE_MODE"),
        Col("WALLSMATERIAL_MODE"), Col("EMERGENCYSTATE_MODE")}) {
    row[column] = kMissing;
  }
}

}  // namespace

void DrawBuilding(Random& random, const Traits& traits, ApplicantRow& row) {
  if (!Chance(random, kKnownShare + 0.03 * std::clamp(traits.wealth, -3.0, 3.0))) {
    return ForgetBuilding(row);
  }
  Building building;
  building.size = 0.2 * traits.wealth + 0.98 * random.Normal();
  const double city = row[Col("REGION_RATING_CLIENT")] == 1 ? 0.5 : -0.06;
  building.height = 0.5 * building.size + city + 0.85 * random.Normal();
  building.obscurity = random.Uniform();
  for (const Figure& figure : kFigures) DrawFigure(random, building, figure, row);

  const double area =
      0.069 * Exp(0.64 * building.size + 0.25 * building.height + 0.28 * random.Normal());
  const auto known = [&](double missing) { return !IsUnknown(random, building, missing); };
  row[Col("TOTALAREA_MODE")] = known(0.486) ? Scaled(area, 0) : kMissing;
  row[Col("FONDKAPREMONT_MODE")] = known(0.686) ? PickCategory(random, kRepairFund) : kMissing;
  row[Col("HOUSETYPE_MODE")] = known(0.503) ? PickCategory(random, kHouseType) : kMissing;
  row[Col("WALLSMATERIAL_MODE")] = known(0.510) ? PickCategory(random, kWalls) : kMissing;
  row[Col("EMERGENCYSTATE_MODE")] = PickCategory(random, kEmergency);
}

}  // namespace fairline::synthetic
