import { invoke } from '@tauri-apps/api/core';

/** Whether the camera may be used. `denied`: the system asks no more, only its settings change that. */
export type Permission = 'granted' | 'prompt' | 'prompt-with-rationale' | 'denied';

/** A camera of this phone. */
export interface CameraInfo {
  /** By which Rust opens it. */
  id: string;
  /** Where it looks. */
  facing: 'back' | 'front' | 'external';
  /** The system's name of it; may be empty. */
  name: string;
  /** Whether it has a light. */
  torch: boolean;
  /** Least and most zoom; 1 where it has none. */
  minZoom: number;
  maxZoom: number;
}

/** What a command rejects with. */
export interface CameraFailure {
  code:
    | 'camera_denied'
    | 'camera_none'
    | 'camera_busy'
    | 'camera_disabled'
    | 'camera_paused'
    | 'camera'
    | 'bad_request'
    | 'unavailable';
  message: string;
}

/** Whether the camera may be used. */
export function permission(): Promise<Permission> {
  return invoke('plugin:camera|permission');
}

/** Asks the person, unless the system asks no more, and waits for the answer. Say why first. */
export function requestPermission(): Promise<Permission> {
  return invoke('plugin:camera|request_permission');
}

/** Opens the system's settings of this app. */
export function openSettings(): Promise<void> {
  return invoke('plugin:camera|open_settings');
}

/** The cameras, those that look away from the person first. */
export function cameras(): Promise<CameraInfo[]> {
  return invoke('plugin:camera|cameras');
}

/** Switches the light of the open camera. */
export function setTorch(on: boolean): Promise<void> {
  return invoke('plugin:camera|set_torch', { on });
}

/** Zooms the open camera, and gives the ratio that was set: the nearest within its range. */
export function setZoom(ratio: number): Promise<number> {
  return invoke('plugin:camera|set_zoom', { ratio });
}

/**
 * Focuses and exposes for a point of the upright picture, from 0, 0 top left to 1, 1 bottom right. Gives
 * whether the lens found focus.
 */
export function focus(x: number, y: number): Promise<boolean> {
  return invoke('plugin:camera|focus', { x, y });
}
