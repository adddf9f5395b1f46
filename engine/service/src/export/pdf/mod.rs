//! A searchable PDF: the picture, and its text invisibly over it.

mod font;
mod jpeg;
mod picture;
mod text;

use glimpse_engine::Reading;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::Exported;
use crate::api::Failure;
use font::Codes;

/// Pixels an inch, where 72 points are an inch.
const DENSITY: f32 = 150.0;

/// Longest side of a page in points: what readers allow.
const LONGEST_SIDE: f32 = 14_400.0;

/// The objects of the file.
const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const PICTURE: Ref = Ref::new(5);
const PROFILE: Ref = Ref::new(6);
const FONT: Ref = Ref::new(7);
const CID_FONT: Ref = Ref::new(8);
const DESCRIPTOR: Ref = Ref::new(9);
const FONT_FILE: Ref = Ref::new(10);
const GLYPHS: Ref = Ref::new(11);
const UNICODE: Ref = Ref::new(12);
const INFO: Ref = Ref::new(13);

const PICTURE_NAME: Name<'static> = Name(b"Picture");
const FONT_NAME: Name<'static> = Name(b"Text");

/// From pixels of the picture, y downwards, to points of the page, y upwards.
#[derive(Debug, Clone, Copy)]
struct Page {
    scale: f32,
    width: f32,
    height: f32,
}

impl Page {
    fn new(width: u32, height: u32) -> Self {
        let longest = width.max(height).max(1) as f32;
        let scale = (72.0 / DENSITY).min(LONGEST_SIDE / longest);
        Self { scale, width: width as f32 * scale, height: height as f32 * scale }
    }

    fn point(&self, p: [f32; 2]) -> [f32; 2] {
        [p[0] * self.scale, self.height - p[1] * self.scale]
    }
}

/// The whole file.
pub(super) fn pdf(exported: &Exported<'_>, reading: &Reading) -> Result<Vec<u8>, Failure> {
    let picture = picture::embed(exported)?;
    let page = Page::new(exported.width, exported.height);
    let mut codes = Codes::default();
    let mut content = Content::new();
    content.save_state();
    content.transform(picture.placed(page.width, page.height));
    content.x_object(PICTURE_NAME);
    content.restore_state();
    text::write(&mut content, &page, reading, &mut codes);
    let content = content.finish();

    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut sheet = pdf.page(PAGE);
    sheet.parent(PAGES).media_box(Rect::new(0.0, 0.0, page.width, page.height)).contents(CONTENT);
    let mut resources = sheet.resources();
    resources.x_objects().pair(PICTURE_NAME, PICTURE);
    resources.fonts().pair(FONT_NAME, FONT);
    resources.finish();
    sheet.finish();
    pdf.stream(CONTENT, &content).finish();
    picture.write(&mut pdf);
    codes.write(&mut pdf);
    let mut info = pdf.document_info(INFO);
    if let Some(name) = exported.name {
        info.title(TextStr(name));
    }
    info.producer(TextStr(concat!("Glimpse ", env!("CARGO_PKG_VERSION"))));
    info.finish();
    Ok(pdf.finish())
}
