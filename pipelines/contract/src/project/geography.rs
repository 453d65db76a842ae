//! Outlines of regions for small maps: `schemas/geo/*.geojson`.
//!
//! GeoJSON (RFC 7946) of features whose `id` is a BPS code and whose geometry is polygons, with
//! points for islands that are too small for an outline. Where they come from stands in the file.
//! A project whose regions have no outline has no map.

use crate::error::{ProjectError, parse_json};
use crate::project::files::{Files, under};
use std::collections::BTreeMap;

/// A place as longitude and latitude in degrees.
pub type Place = [f64; 2];

/// The outlines of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Geography {
    /// By BPS code.
    pub outlines: BTreeMap<String, Outline>,
    /// Where they come from, each with its licence: `Name (licence), address`.
    pub sources: Vec<String>,
}

/// The outline of a region.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outline {
    /// Rings of its land, the largest first in a file that is made by our script. Holes are not
    /// told apart.
    pub rings: Vec<Vec<Place>>,
    /// Islands that are too small for a ring.
    pub islets: Vec<Place>,
}

#[derive(serde::Deserialize)]
struct Collection {
    source: String,
    attribution: String,
    licence: String,
    features: Vec<Feature>,
}

#[derive(serde::Deserialize)]
struct Feature {
    id: String,
    geometry: Geometry,
}

#[derive(serde::Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon {
        coordinates: Vec<Vec<Place>>,
    },
    MultiPolygon {
        coordinates: Vec<Vec<Vec<Place>>>,
    },
    Point {
        coordinates: Place,
    },
    MultiPoint {
        coordinates: Vec<Place>,
    },
    #[serde(rename = "GeometryCollection")]
    Collection {
        geometries: Vec<Geometry>,
    },
}

/// The outlines of all files under `schemas/geo`; of a region that several have, the last one's.
///
/// # Errors
/// A file that is no such GeoJSON, or a place that is not on earth.
pub(super) fn geography(files: &Files) -> Result<Geography, ProjectError> {
    let mut all = Geography::default();
    for (file, text) in under(files, "schemas/geo/", ".geojson") {
        let collection: Collection = parse_json(file, text)?;
        let Collection { source, attribution, licence, features } = collection;
        for feature in features {
            let mut outline = Outline::default();
            add(feature.geometry, &mut outline);
            let places = outline.rings.iter().flatten().chain(&outline.islets);
            let is_off = |[lng, lat]: &&Place| lng.abs() > 180.0 || lat.abs() > 90.0;
            if let Some([lng, lat]) = places.into_iter().find(is_off) {
                return Err(ProjectError::File {
                    file: file.to_owned(),
                    line: 0,
                    message: format!("{}: [{lng}, {lat}] is no longitude, latitude", feature.id),
                });
            }
            all.outlines.insert(feature.id, outline);
        }
        all.sources.push(format!("{attribution} ({licence}), {source}"));
    }
    Ok(all)
}

fn add(geometry: Geometry, outline: &mut Outline) {
    match geometry {
        Geometry::Polygon { coordinates } => outline.rings.extend(coordinates),
        Geometry::MultiPolygon { coordinates } => {
            outline.rings.extend(coordinates.into_iter().flatten());
        }
        Geometry::Point { coordinates } => outline.islets.push(coordinates),
        Geometry::MultiPoint { coordinates } => outline.islets.extend(coordinates),
        Geometry::Collection { geometries } => {
            geometries.into_iter().for_each(|own| add(own, outline));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Files, geography};

    fn of(features: &str) -> Result<super::Geography, crate::ProjectError> {
        let text = format!(
            r#"{{"type": "FeatureCollection", "source": "https://example.org",
            "attribution": "Somebody", "licence": "MIT", "features": [{features}]}}"#
        );
        geography(&Files::from([("schemas/geo/own.geojson".to_owned(), text)]))
    }

    #[test]
    fn polygons_are_rings_and_points_are_islets() {
        let square = "[[[1, 2], [3, 2], [3, 4], [1, 2]]]";
        let found = of(&format!(
            r#"{{"id": "1101", "geometry": {{"type": "GeometryCollection", "geometries": [
            {{"type": "MultiPolygon", "coordinates": [{square}, {square}]}},
            {{"type": "MultiPoint", "coordinates": [[5, 6]]}}]}}}}"#
        ));
        let found = found.unwrap();
        assert_eq!(found.outlines["1101"].rings.len(), 2);
        assert_eq!(found.outlines["1101"].islets, [[5.0, 6.0]]);
        assert_eq!(found.sources, ["Somebody (MIT), https://example.org"]);
    }

    #[test]
    fn latitude_before_longitude_is_told() {
        let turned =
            r#"{"id": "1101", "geometry": {"type": "Point", "coordinates": [-5.3, 123.6]}}"#;
        let told = of(turned).unwrap_err().to_string();
        assert!(told.contains("1101: [-5.3, 123.6] is no longitude, latitude"), "{told}");
    }

    #[test]
    fn a_project_without_outlines_is_no_mistake() {
        assert!(geography(&Files::new()).unwrap().outlines.is_empty());
    }
}
