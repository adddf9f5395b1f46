//! Draws a frame of a scene, and prints what is true of it:
//! `cargo run -p glimpse-scenes --example draw -- objects|text SEED FRAME OUT.png`.
#![allow(clippy::print_stdout)]

use glimpse_scenes::{ObjectOptions, ObjectScene, Scene, TextOptions, TextScene};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, seed, frame, out] = arguments.as_slice() else {
        return Err("usage: draw objects|text SEED FRAME OUT.png".into());
    };
    let seed = seed.parse()?;
    let scene: Box<dyn Scene> = match kind.as_str() {
        "objects" => Box::new(ObjectScene::new(&ObjectOptions { seed, ..ObjectOptions::default() })),
        "text" => Box::new(TextScene::new(&TextOptions { seed, ..TextOptions::default() })),
        other => return Err(format!("there are no scenes of {other}").into()),
    };
    let (image, truth) = scene.render(frame.parse()?);
    image.save(out)?;
    println!("{truth:#?}");
    Ok(())
}
