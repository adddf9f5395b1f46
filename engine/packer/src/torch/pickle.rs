//! Reads the part of Python's pickle format (protocol 2) that PyTorch writes for a dictionary of
//! tensors, as data: nothing is looked up or called. The format is that of Python's `pickletools`.

use std::collections::HashMap;
use std::rc::Rc;

/// Deepest nesting of objects.
const MAX_DEPTH: usize = 32;

/// What a pickle describes.
#[derive(Debug, Clone)]
pub(super) enum Object {
    None,
    Bool(bool),
    Int(i64),
    Text(Rc<str>),
    /// `module name`.
    Class(Rc<str>),
    Tuple(Rc<Items>),
    List(Rc<Items>),
    /// A callable and its arguments.
    Call(Rc<Items>),
    /// An object that lies outside of the pickle, by its id.
    Persistent(Rc<Items>),
    /// Keys and values in turn.
    Dict(Rc<Items>),
}

/// Objects within an object.
#[derive(Debug, Default, Clone)]
pub(super) struct Items {
    depth: usize,
    pub(super) list: Vec<Object>,
}

impl Object {
    fn depth(&self) -> usize {
        match self {
            Object::Tuple(i)
            | Object::List(i)
            | Object::Call(i)
            | Object::Persistent(i)
            | Object::Dict(i) => i.depth,
            _ => 0,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Object::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn class(&self) -> Option<&str> {
        if let Object::Class(name) = self { Some(name) } else { None }
    }

    pub(super) fn size(&self) -> Option<usize> {
        if let Object::Int(n) = self { usize::try_from(*n).ok() } else { None }
    }

    pub(super) fn tuple(&self) -> Option<&[Object]> {
        if let Object::Tuple(items) = self { Some(&items.list) } else { None }
    }

    /// A tuple of sizes.
    pub(super) fn sizes(&self) -> Option<Vec<usize>> {
        self.tuple()?.iter().map(Object::size).collect()
    }
}

impl Items {
    fn new(list: Vec<Object>) -> Result<Rc<Self>, String> {
        let mut items = Self::default();
        items.extend(list)?;
        Ok(Rc::new(items))
    }

    fn extend(&mut self, list: Vec<Object>) -> Result<(), String> {
        let inner = list.iter().map(Object::depth).max().unwrap_or(0);
        self.depth = self.depth.max(inner + 1);
        if self.depth > MAX_DEPTH {
            return Err("objects are nested too deeply".into());
        }
        self.list.extend(list);
        Ok(())
    }
}

/// Reads one pickle from the start of `bytes`; returns its object and the rest of the bytes.
pub(super) fn read(bytes: &[u8]) -> Result<(Object, &[u8]), String> {
    let mut machine = Machine { rest: bytes, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() };
    loop {
        if let Some(object) = machine.step()? {
            return Ok((object, machine.rest));
        }
    }
}

/// The machine that a pickle is a program for.
struct Machine<'a> {
    rest: &'a [u8],
    stack: Vec<Object>,
    /// Heights of the stack at its marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Object>,
}

impl<'a> Machine<'a> {
    /// Runs one instruction; the last one gives the object.
    fn step(&mut self) -> Result<Option<Object>, String> {
        match self.byte()? {
            b'.' => return self.pop().map(Some),
            0x80 => match self.byte()? {
                2 => {}
                other => return Err(format!("pickle protocol {other}")),
            },
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.stack.push(Object::None),
            0x88 => self.stack.push(Object::Bool(true)),
            0x89 => self.stack.push(Object::Bool(false)),
            b'K' => self.integer::<1>()?,
            b'M' => self.integer::<2>()?,
            b'J' => self.integer::<4>()?,
            0x8a => self.long()?,
            b'X' => self.text()?,
            b'c' => self.class()?,
            b')' => self.stack.push(Object::Tuple(Items::new(Vec::new())?)),
            0x85 => self.tuple_of(1)?,
            0x86 => self.tuple_of(2)?,
            0x87 => self.tuple_of(3)?,
            b't' => {
                let list = self.above_mark()?;
                self.stack.push(Object::Tuple(Items::new(list)?));
            }
            b']' => self.stack.push(Object::List(Rc::default())),
            b'}' => self.stack.push(Object::Dict(Rc::default())),
            b'a' => {
                let item = self.pop()?;
                self.append(vec![item])?;
            }
            b'e' => {
                let list = self.above_mark()?;
                self.append(list)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set_items(vec![key, value])?;
            }
            b'u' => {
                let list = self.above_mark()?;
                self.set_items(list)?;
            }
            b'R' => self.call()?,
            b'Q' => {
                let id = self.pop()?;
                self.stack.push(Object::Persistent(Items::new(vec![id])?));
            }
            // The attributes of an object say nothing of its tensors.
            b'b' => drop(self.pop()?),
            b'q' => {
                let at = self.number::<1>()? as u32;
                self.memorize(at)?;
            }
            b'r' => {
                let at = self.number::<4>()? as u32;
                self.memorize(at)?;
            }
            b'h' => {
                let at = self.number::<1>()? as u32;
                self.recall(at)?;
            }
            b'j' => {
                let at = self.number::<4>()? as u32;
                self.recall(at)?;
            }
            other => return Err(format!("pickle instruction {other:#04x}")),
        }
        Ok(None)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("the pickle ends early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned little-endian number of `N` bytes.
    fn number<const N: usize>(&mut self) -> Result<u64, String> {
        Ok(self.take(N)?.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn integer<const N: usize>(&mut self) -> Result<(), String> {
        let n = self.number::<N>()?;
        // Only four bytes have a sign.
        self.stack.push(Object::Int(if N == 4 { i64::from(n as u32 as i32) } else { n as i64 }));
        Ok(())
    }

    /// A signed number of any length; one beyond 64 bits becomes its digits, which only a comparison
    /// with PyTorch's magic number reads.
    fn long(&mut self) -> Result<(), String> {
        let count = usize::from(self.byte()?);
        let digits = self.take(count)?;
        let object = if count <= 8 {
            let negative = digits.last().is_some_and(|b| b & 0x80 != 0);
            let fill = if negative { -1 } else { 0 };
            Object::Int(digits.iter().rev().fold(fill, |n, b| n << 8 | i64::from(*b)))
        } else {
            Object::Text(super::digits(digits).into())
        };
        self.stack.push(object);
        Ok(())
    }

    fn text(&mut self) -> Result<(), String> {
        let len = self.number::<4>()? as usize;
        let text = std::str::from_utf8(self.take(len)?).map_err(|_| "a text is not UTF-8")?;
        self.stack.push(Object::Text(text.into()));
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        let mut line = || -> Result<&str, String> {
            let end = self.rest.iter().position(|b| *b == b'\n').ok_or("the pickle ends early")?;
            let line = self.take(end + 1)?;
            std::str::from_utf8(&line[..end]).map_err(|_| "a name is not UTF-8".into())
        };
        let name = format!("{} {}", line()?, line()?);
        self.stack.push(Object::Class(name.into()));
        Ok(())
    }

    fn pop(&mut self) -> Result<Object, String> {
        if self.marks.last().is_some_and(|m| *m == self.stack.len()) {
            return Err("a mark where an object is needed".into());
        }
        self.stack.pop().ok_or_else(|| "an object is missing".into())
    }

    fn above_mark(&mut self) -> Result<Vec<Object>, String> {
        let mark = self.marks.pop().ok_or("a mark is missing")?;
        if mark > self.stack.len() {
            return Err("a mark above the stack".into());
        }
        Ok(self.stack.split_off(mark))
    }

    fn tuple_of(&mut self, count: usize) -> Result<(), String> {
        let mut list = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>, _>>()?;
        list.reverse();
        self.stack.push(Object::Tuple(Items::new(list)?));
        Ok(())
    }

    fn append(&mut self, list: Vec<Object>) -> Result<(), String> {
        match self.stack.last_mut() {
            Some(Object::List(items)) => unshared(items)?.extend(list),
            _ => Err("an item without its list".into()),
        }
    }

    fn set_items(&mut self, list: Vec<Object>) -> Result<(), String> {
        match self.stack.last_mut() {
            Some(Object::Dict(items)) if list.len().is_multiple_of(2) => unshared(items)?.extend(list),
            _ => Err("a key without its dictionary".into()),
        }
    }

    fn call(&mut self) -> Result<(), String> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let object = match callable.class() {
            Some("collections OrderedDict") if arguments.tuple().is_some_and(<[_]>::is_empty) => {
                Object::Dict(Rc::default())
            }
            _ => Object::Call(Items::new(vec![callable, arguments])?),
        };
        self.stack.push(object);
        Ok(())
    }

    /// Lists and dictionaries are filled after they are memorized and never recalled by PyTorch, so
    /// they are not kept.
    fn memorize(&mut self, at: u32) -> Result<(), String> {
        match self.stack.last() {
            None => return Err("nothing to memorize".into()),
            Some(Object::List(_) | Object::Dict(_)) => drop(self.memo.remove(&at)),
            Some(object) => drop(self.memo.insert(at, object.clone())),
        }
        Ok(())
    }

    fn recall(&mut self, at: u32) -> Result<(), String> {
        let object = self.memo.get(&at).ok_or_else(|| format!("nothing memorized at {at}"))?;
        self.stack.push(object.clone());
        Ok(())
    }
}

/// A container's items, to change.
fn unshared(items: &mut Rc<Items>) -> Result<&mut Items, String> {
    Rc::get_mut(items).ok_or_else(|| "a container is changed after it was used".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_sign_and_size() {
        let of = |bytes: &[u8]| match read(&[&[0x80, 2], bytes, b"."].concat()).expect("a pickle").0 {
            Object::Int(n) => n,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&[b'K', 200]), 200);
        assert_eq!(of(&[b'M', 0x34, 0x12]), 0x1234);
        assert_eq!(of(&[b'J', 0xfe, 0xff, 0xff, 0xff]), -2);
        assert_eq!(of(&[0x8a, 0]), 0);
        assert_eq!(of(&[0x8a, 1, 0xff]), -1);
        assert_eq!(of(&[0x8a, 5, 1, 0, 0, 0, 1]), 1 << 32 | 1);
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |n: usize| [&[0x80, 2, b')'], vec![0x85; n].as_slice(), b"."].concat();
        assert!(read(&deep(20)).is_ok());
        assert!(read(&deep(100_000)).expect_err("too deep").contains("nested"));
    }

    #[test]
    fn programs_that_do_not_hold_together_are_refused() {
        let cases: [&[u8]; 12] = [
            b"",
            b".",
            b"t.",
            b"(.",
            b"(R.",
            b"Na.",
            b"NNs.",
            b"}(Nu.",
            b"h\0.",
            b"X\xff\xff\xff\xff",
            b"cos\n",
            b"\xff",
        ];
        for case in cases {
            assert!(read(case).is_err(), "{case:?}");
        }
    }
}
