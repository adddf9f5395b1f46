/* Written by "make types" from schema.json; changes here are lost. */

export interface paths {
    "/api/v1/bench": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Measure this device and tell of it as it goes, one JSON object a line; ending the request cancels it */
        post: operations["bench"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a clip: the body is its file; the header x-glimpse-name may give its name, as percent-encoded UTF-8 */
        post: operations["open_clip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clips/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sample clips */
        get: operations["sample_clips"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clips/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Close an opened clip */
        delete: operations["close_clip"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/describe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Describe a picture; the answer is what `glimpse describe --json` prints */
        post: operations["describe_once"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell what this device and this build are */
        get: operations["device"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/device/packs/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare a pack with its checksum */
        post: operations["check_pack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Find objects on a picture; the answer is what `glimpse find --json` prints */
        post: operations["find_once"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete all pictures of the library */
        delete: operations["library_clear"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Search the library */
        post: operations["library"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell all that is known of a picture of the library */
        get: operations["library_entry"];
        put?: never;
        post?: never;
        /** Delete a picture of the library */
        delete: operations["library_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Give what is known of a picture of the library as a file */
        get: operations["library_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a picture of the library */
        get: operations["library_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{id}/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a picture of the library again */
        post: operations["library_open"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a small picture of the library */
        get: operations["library_thumbnail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Watch live video over a WebSocket: first a LiveStart as text, then LiveCommands as text and frames as binary messages; LiveMessages come as text, pictures of frames as binary messages */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Describe these addresses */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a picture: the body is its file; the header x-glimpse-name may give its name, as percent-encoded UTF-8 */
        post: operations["open_picture"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Close an opened picture */
        delete: operations["close_picture"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Give what is known of an opened picture so far as a file */
        get: operations["export_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an opened picture */
        get: operations["picture_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/lessons/boxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make boxes of what the text detector sees */
        post: operations["page_trace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/lessons/line": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Follow a line through the recognizer */
        post: operations["line_trace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/lessons/map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what the text detector sees */
        get: operations["heat_map"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pictures/{id}/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look at an opened picture and tell of it as it goes, one JSON object a line; ending the request cancels it */
        post: operations["look"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a picture's text; the answer is what `glimpse read --json` prints */
        post: operations["read_once"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sample pictures */
        get: operations["samples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/samples/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a sample picture */
        post: operations["open_sample"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell the settings */
        get: operations["settings"];
        /** Change the settings */
        put: operations["set_settings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Name what a picture shows; the answer is what `glimpse tags --json` prints */
        post: operations["tags_once"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say that the server is up; no token is needed */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell the metrics, for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Where the controller stands. */
        AdaptState: {
            /**
             * Format: uint32
             * @description Step of the ladder, 0 is everything.
             */
            level: number;
            /**
             * Format: uint32
             * @description Steps that there are.
             */
            levels: number;
            /** @description What is done. */
            load: components["schemas"]["Load"];
            /** @description The policy in force. */
            policy: components["schemas"]["Policy"];
            /** @description Why. */
            pressure: components["schemas"]["Pressure"];
        };
        /** @description A way to run networks. */
        BackendState: {
            /** @description Whether it can be used. */
            available: boolean;
            /** @description `"cpu"`, `"gpu"`, `"npu"`. */
            name: string;
            /** @description What it is, or why it is not there. */
            reason: components["schemas"]["Note"];
        };
        /** @description What a measurement sends: any number of `run`, then `report`; `failed` ends it instead. */
        BenchEvent: {
            /**
             * Format: double
             * @description Wall time in milliseconds.
             */
            ms: number;
            /**
             * Format: uint32
             * @description Which: from 1; warm-up runs count from 1 as well.
             */
            run: number;
            /**
             * Format: uint32
             * @description How many of its kind there will be.
             */
            runs: number;
            /** @description Its task. */
            task: components["schemas"]["Task"];
            /** @constant */
            type: "run";
            /** @description Whether it counts. */
            warmup: boolean;
        } | {
            /** @description The same as a Markdown page. */
            markdown: string;
            /** @description What was measured. */
            report: components["schemas"]["BenchReport"];
            /** @constant */
            type: "report";
        } | {
            /** @description Why. */
            failure: components["schemas"]["Failure"];
            /** @constant */
            type: "failed";
        };
        /** @description What was measured, and on what. */
        BenchReport: {
            /** @description When it began, as RFC 3339 in UTC. */
            began: string;
            /** @description The processor's name, where it is known. */
            cpu: string | null;
            /** @description Why the figures should not be trusted or compared; empty where nothing speaks against them. */
            doubts: components["schemas"]["Note"][];
            /** @description Version of the engine. */
            engine: string;
            /** @description Memory of the process at the end. */
            memory: components["schemas"]["Memory"];
            /** @description Whether this build is optimized. */
            optimized: boolean;
            /** @description Architecture and operating system, for example `"x86_64 linux"`. */
            platform: string;
            /** @description One entry a task. */
            tasks: components["schemas"]["BenchTask"][];
            /**
             * Format: uint
             * @description Threads of the engine.
             */
            threads: number;
            /**
             * Format: uint32
             * @description Version of this format: 2. In version 1 the doubts and notes were bare sentences.
             */
            version: number;
        };
        /** @description What to measure. */
        BenchRequest: {
            /**
             * @description An opened picture; `None` takes a sample that suits each task.
             * @default null
             */
            picture?: components["schemas"]["PictureId"] | null;
            /**
             * Format: uint32
             * @description Timed runs of each: 1 to 1000.
             */
            runs: number;
            /** @description Which tasks, in turn. */
            tasks: components["schemas"]["Task"][];
            /**
             * Format: uint32
             * @description Runs before them that do not count: 0 to 100.
             */
            warmup: number;
        };
        /** @description Median wall time of one stage. */
        BenchStage: {
            /**
             * Format: double
             * @description Median over the timed runs, in milliseconds.
             */
            p50: number;
            /** @description Which. */
            stage: components["schemas"]["Stage"];
        };
        /** @description What was measured of one task. */
        BenchTask: {
            /**
             * Format: double
             * @description Most.
             */
            max: number;
            /**
             * Format: double
             * @description Least, in milliseconds.
             */
            min: number;
            /**
             * Format: double
             * @description Median.
             */
            p50: number;
            /**
             * Format: double
             * @description Nine of ten are at most this.
             */
            p90: number;
            /**
             * Format: double
             * @description 99 of 100 are at most this.
             */
            p99: number;
            /** @description Name of the picture. */
            picture: string;
            /** @description What ran where. */
            receipt: components["schemas"]["Receipt"];
            /** @description Wall time of each timed run in the order in which they ran, in milliseconds. */
            runs_ms: number[];
            /** @description Its width and height in pixels. */
            size: [
                number,
                number
            ];
            /** @description Median of each stage, in milliseconds. */
            stages: components["schemas"]["BenchStage"][];
            /** @description Which. */
            task: components["schemas"]["Task"];
        };
        /** @description Knobs of the step from the text detector's map to boxes. The defaults are those of reading. */
        BoxKnobs: {
            /**
             * Format: float
             * @description Least mean probability inside of a box, 0 to 1.
             * @default 0.5
             */
            box_threshold?: number;
            /**
             * Format: float
             * @description Least side of a core in pixels of the map, 0 to 100.
             * @default 3
             */
            min_side?: number;
            /**
             * Format: float
             * @description Least probability of a pixel that counts as text, 0 to 1.
             * @default 0.3019607961177826
             */
            pixel_threshold?: number;
            /**
             * Format: float
             * @description A core grows by its area times this, over its perimeter; 0 to 4.
             * @default 1.600000023841858
             */
            unclip?: number;
        };
        /** @description What the pipeline may cost. A bound that is `None` does not bind. */
        Budget: {
            /**
             * Format: double
             * @description Wall time of a frame at the 9th decile, in milliseconds. `None`: the time between two frames.
             * @default null
             */
            frame_ms?: number | null;
            /**
             * Format: double
             * @description Mean power of the device, in mW.
             * @default null
             */
            power_mw?: number | null;
            /**
             * Format: double
             * @description Temperature of the processor, in °C. `None`: the policy's own.
             * @default null
             */
            temperature_c?: number | null;
        };
        /** @description Where a caption comes from. */
        CaptionSource: "learned" | "grounded";
        /** @description A piece of a caption. */
        CaptionToken: {
            /**
             * @description Where it looked, if it was asked for: the last layer's cross-attention to the places of the
             *     memory (7 × 7 in row-major order), mean over heads; adds up to 1.
             */
            attention?: number[];
            /**
             * Format: float
             * @description Its probability, given the picture and the tokens before it: 0 to 1.
             */
            confidence: number;
            /**
             * Format: uint32
             * @description Its id in the vocabulary: what the decoder wrote.
             */
            id: number;
            /**
             * @description What it adds to the text: a word after a space, the rest of a word, or the first word. "a" and
             *     "an" are put right to fit the word after them, whichever of them the decoder wrote.
             */
            text: string;
        };
        /** @description A clip that was opened: its first frame decodes. */
        ClipAbout: {
            /**
             * Format: uint64
             * @description Bytes of the file.
             */
            bytes: number;
            /** @description How its pictures are encoded, for example `"h264"`, `"mjpeg"`, `"raw"`. */
            codec: string;
            /** @description The kind of file, for example `"mp4"`, `"avi"`, `"y4m"`, `"gif"`. */
            container: string;
            /**
             * Format: double
             * @description How long it lasts, in milliseconds, where it says.
             */
            duration_ms: number | null;
            /**
             * Format: double
             * @description Frames a second, 0 where it does not say.
             */
            fps: number;
            /**
             * Format: uint32
             * @description Height in pixels.
             */
            height: number;
            /** @description Its id. */
            id: components["schemas"]["ClipId"];
            /** @description File name, where it is known. */
            name: string | null;
            /**
             * Format: uint32
             * @description Width of its frames in pixels.
             */
            width: number;
        };
        /** @description Names an opened clip: 128 random bits in hexadecimal. */
        ClipId: string;
        /** @description A colour and how much of the picture has it. */
        Colour: {
            /** @description Mean of the pixels that have it, as `#rrggbb` in sRGB. */
            hex: string;
            /**
             * @description Its English name: `"black"`, `"white"`, `"grey"`, `"red"`, `"orange"`, `"brown"`, `"beige"`,
             *     `"yellow"`, `"green"`, `"turquoise"`, `"blue"`, `"purple"` or `"pink"`.
             */
            name: string;
            /**
             * Format: float
             * @description Part of the picture, 0 to 1.
             */
            share: number;
        };
        /** @description The processor, as far as it matters to the kernels. */
        Cpu: {
            /** @description Architecture, for example `"x86_64"`. */
            arch: string;
            /** @description Features that kernels ask for and the processor has. */
            features: string[];
            /** @description Instruction sets that there are kernels for and that it runs, slowest first. */
            instruction_sets: string[];
            /** @description Operating system, for example `"linux"`. */
            os: string;
            /**
             * Format: uint
             * @description Threads that the machine runs at once and this process may use.
             */
            threads: number;
        };
        /** @description One character and the steps it was made of. */
        CtcTraceChar: {
            /**
             * Format: float
             * @description Highest probability over its steps, 0 to 1.
             */
            confidence: number;
            /**
             * Format: uint
             * @description Number of its steps.
             */
            count: number;
            /**
             * Format: uint
             * @description Its first step.
             */
            first: number;
            /** @description The character (some entries of the dictionary have several). */
            text: string;
        };
        /** @description One step of the recognizer. */
        CtcTraceStep: {
            /**
             * Format: float
             * @description How sure it is, 0 to 1.
             */
            probability: number;
            /** @description What it reads here; `None` is the blank. */
            text: string | null;
        };
        /**
         * @description Wall time of a description, in milliseconds, cut by what is looked for (`decode`, `see`, `find`,
         *     `caption`, `read`) and by the kind of work (`decode`, `pre`, `infer`, `post`). Either adds up to
         *     `total`, but for the opening of packs by the first call that needs them, which `total` alone counts.
         *     It is time on the thread of the call: what several threads do at once counts once.
         */
        DescribeTimings: {
            /**
             * Format: double
             * @description Caption decoder and the choice of the sentence.
             */
            caption: number;
            /**
             * Format: double
             * @description Reading and decoding the file; 0 where a decoded picture was given.
             */
            decode: number;
            /**
             * Format: double
             * @description Scaling, detector and its boxes.
             */
            find: number;
            /**
             * Format: double
             * @description The networks, the search of the caption decoder included.
             */
            infer: number;
            /**
             * Format: double
             * @description From the networks' outputs to the description, and the colours.
             */
            post: number;
            /**
             * Format: double
             * @description Scaling and cutting for the networks.
             */
            pre: number;
            /**
             * Format: double
             * @description Reading text; 0 where it was not asked for.
             */
            read: number;
            /**
             * Format: double
             * @description Scaling, encoder and tags, colours.
             */
            see: number;
            /**
             * Format: double
             * @description The whole call, decoding included.
             */
            total: number;
        };
        /** @description What is on a picture. */
        Description: {
            /** @description The sentence to show. */
            caption: string;
            /**
             * Format: float
             * @description Geometric mean of the token probabilities of [`learned_caption`](Self::learned_caption), 0 to 1.
             */
            caption_confidence: number;
            /** @description Where it comes from. */
            caption_source: components["schemas"]["CaptionSource"];
            /** @description Its colours, the largest share first. */
            colours: components["schemas"]["Colour"][];
            /**
             * @description What the decoder wrote first, where that named what is not there and
             *     [`learned_caption`](Self::learned_caption) was written in its place.
             */
            first_caption?: string | null;
            /**
             * Format: uint32
             * @description Height of the picture as displayed, in pixels.
             */
            height: number;
            /**
             * @description What the caption decoder says, supported or not: where [`caption`](Self::caption) is learned, that
             *     sentence.
             */
            learned_caption: string;
            /** @description Things with their boxes, most certain first. */
            objects: components["schemas"]["Object"][];
            /** @description What ran where. */
            receipt: components["schemas"]["Receipt"];
            /** @description What the whole picture shows, most probable first; empty where nothing is probable. */
            tags: components["schemas"]["Tag"][];
            /** @description The text on it in reading order, where it was asked for. */
            text?: string | null;
            /** @description Wall time of each stage. */
            timings_ms: components["schemas"]["DescribeTimings"];
            /** @description The tokens of [`learned_caption`](Self::learned_caption). */
            tokens: components["schemas"]["CaptionToken"][];
            /**
             * Format: uint32
             * @description Width of the picture as displayed, in pixels.
             */
            width: number;
        };
        /** @description What this device and this build are. */
        Device: {
            /** @description Version of the app. */
            app: string;
            /** @description Each way to run networks, and whether it is there. */
            backends: components["schemas"]["BackendState"][];
            /** @description The processor's name, where it is known. */
            cpu_name: string | null;
            /** @description Where library and settings lie; `None` where nothing is kept. */
            data_folder: string | null;
            /** @description Engine, processor features, kernels, packs. */
            info: components["schemas"]["Info"];
            /** @description Languages whose whole alphabet the recognizer knows, as BCP 47 codes. */
            languages: string[];
            /** @description Memory of this process. */
            memory: components["schemas"]["Memory"];
            /**
             * Format: uint64
             * @description Memory that programs can still have, where it is known.
             */
            memory_available: number | null;
            /**
             * Format: uint64
             * @description Memory of the device in bytes, where it is known.
             */
            memory_total: number | null;
            /** @description Whether this build is optimized. */
            optimized: boolean;
            /** @description Power that the device draws. */
            power: components["schemas"]["Probe"];
            /** @description Temperature. */
            thermal: components["schemas"]["Probe"];
        };
        /** @description Why a session ended. */
        EndReason: "end_of_source" | "stopped" | "source_failed" | "engine_failed";
        /** @description Formats of exports. */
        ExportFormat: "text" | "markdown" | "json" | "pdf" | "hocr";
        /** @description A failure: a stable name for programs and catalogues, a sentence for people. */
        Failure: {
            /**
             * @description A code of the engine, for example `"image_damaged"`, or one of the service's: see
             *     [`ServiceCode`].
             */
            code: string;
            /** @description What happened, in English. */
            message: string;
        };
        /**
         * @description Wall time of a call, in milliseconds, cut by what is looked for (`decode`, `find`) and by the kind
         *     of work (`decode`, `pre`, `infer`, `post`). Either adds up to `total`, but for the opening of the pack
         *     by the first call, which `total` alone counts. It is time on the thread of the call: what several
         *     threads do at once counts once.
         */
        FindTimings: {
            /**
             * Format: double
             * @description Reading and decoding the file; 0 where a decoded picture was given.
             */
            decode: number;
            /**
             * Format: double
             * @description Scaling, network and boxes.
             */
            find: number;
            /**
             * Format: double
             * @description The network.
             */
            infer: number;
            /**
             * Format: double
             * @description From its outputs to objects.
             */
            post: number;
            /**
             * Format: double
             * @description Scaling.
             */
            pre: number;
            /**
             * Format: double
             * @description The whole call, decoding included.
             */
            total: number;
        };
        /** @description The objects of a picture. */
        Found: {
            /**
             * Format: uint32
             * @description Height of the picture as displayed, in pixels.
             */
            height: number;
            /** @description The objects, the likeliest first; at most 100. */
            objects: components["schemas"]["Object"][];
            /** @description What ran where. */
            receipt: components["schemas"]["Receipt"];
            /** @description Wall time of each stage. */
            timings: components["schemas"]["FindTimings"];
            /**
             * Format: uint32
             * @description Width of the picture as displayed, in pixels.
             */
            width: number;
        };
        /**
         * @description Frames by what became of them. None is lost without being counted:
         *     `captured = analysed + dropped + skipped + damaged + waiting`.
         */
        Frames: {
            /**
             * Format: uint64
             * @description Became an observation.
             */
            analysed: number;
            /**
             * Format: uint64
             * @description Came from the source, and those that the source says were lost on the way to it.
             */
            captured: number;
            /**
             * Format: uint64
             * @description Could not be decoded.
             */
            damaged: number;
            /**
             * Format: uint64
             * @description Observations that the consumer took.
             */
            delivered: number;
            /**
             * Format: uint64
             * @description A newer one replaced it before anybody took it, or it was lost in the source.
             */
            dropped: number;
            /**
             * Format: uint64
             * @description Of those analysed: answered with earlier results because nothing moved.
             */
            reused: number;
            /**
             * Format: uint64
             * @description Left out on purpose, to lower the load.
             */
            skipped: number;
            /**
             * Format: uint64
             * @description Observations that a newer one replaced before the consumer took them.
             */
            undelivered: number;
            /**
             * Format: uint64
             * @description Not yet taken, or being worked on.
             */
            waiting: number;
        };
        /** @description How far the system throttles, where it tells that. */
        Heat: {
            /**
             * Format: double
             * @description How long ago it was told, in milliseconds.
             * @default 0
             */
            age_ms: number;
            /** @description Where it comes from, or why it is unknown. */
            source: string;
            /** @description The state; `null` where it is unknown. */
            state: components["schemas"]["HeatState"] | null;
        };
        /** @description The text detector's map of a picture: how likely each place is text. */
        HeatMap: {
            /**
             * Format: double
             * @description Wall time of scaling and the network, in milliseconds; `None` where the map was still known.
             */
            detect_ms: number | null;
            /** @description Grey: 0 is no text, 255 is certain. It covers the whole picture. */
            map: components["schemas"]["InlineImage"];
        };
        /** @description How far a system throttles, on the scale of Apple's `ProcessInfo.ThermalState`. */
        HeatState: "nominal" | "fair" | "serious" | "critical";
        /** @description What [`info`] found. */
        Info: {
            /** @description The processor. */
            cpu: components["schemas"]["Cpu"];
            /** @description Version of the engine. */
            engine: string;
            /** @description Folder of the packs. */
            folder: string;
            /** @description The kernel that was chosen for each kind of work. */
            kernels: components["schemas"]["KernelChoice"][];
            /** @description The packs that its `packs.toml` lists. */
            packs: components["schemas"]["PackInfo"][];
        };
        /** @description A small picture inside of JSON. */
        InlineImage: {
            /**
             * Format: uint32
             * @description Height in pixels.
             */
            height: number;
            /** @description A PNG file in base64. */
            png: string;
            /**
             * Format: uint32
             * @description Width in pixels.
             */
            width: number;
        };
        /**
         * Format: int64
         * @description Names a picture of the library.
         */
        ItemId: number;
        /** @description One kind of work and the kernel that does it here. */
        KernelChoice: {
            /** @description Name of the kernel: instruction set, types, tile. */
            kernel: string;
            /** @description Kind of work, for example `"integer matrix"`. */
            work: string;
        };
        /** @description A picture of the library with all that is known of it. */
        LibraryEntry: {
            /** @description The description. */
            description: components["schemas"]["Description"] | null;
            /** @description The objects. */
            found: components["schemas"]["Found"] | null;
            /** @description The summary. */
            item: components["schemas"]["LibraryItem"];
            /** @description The text. */
            reading: components["schemas"]["Reading"] | null;
        };
        /** @description A picture of the library. */
        LibraryItem: {
            /** @description The caption; `None` where it was not described. */
            caption: string | null;
            /**
             * Format: uint32
             * @description Height in pixels.
             */
            height: number;
            /** @description Its id. */
            id: components["schemas"]["ItemId"];
            /**
             * Format: int64
             * @description When it was kept, in milliseconds since 1970-01-01 UTC.
             */
            kept_ms: number;
            /** @description Names of what was found and of what it shows. */
            labels: string[];
            /**
             * Format: float
             * @description Likeness to the picture asked for, 0 to 1.
             */
            likeness: number | null;
            /** @description File name, where it is known. */
            name: string | null;
            /** @description Beginning of the text read; `None` where it was not read. */
            text: string | null;
            /**
             * Format: uint32
             * @description Width in pixels.
             */
            width: number;
        };
        /** @description Some pictures of the library, the newest first unless likeness orders them. */
        LibraryPage: {
            /**
             * Format: uint64
             * @description Bytes of the whole library on disk.
             */
            bytes: number;
            /** @description The pictures. */
            items: components["schemas"]["LibraryItem"][];
            /**
             * Format: uint32
             * @description How many there are in all for this query.
             */
            total: number;
        };
        /** @description Which pictures of the library. All fields may be left out. */
        LibraryQuery: {
            /**
             * @description Most like this picture of the library first.
             * @default null
             */
            like_item?: components["schemas"]["ItemId"] | null;
            /**
             * @description Most like this opened picture first.
             * @default null
             */
            like_picture?: components["schemas"]["PictureId"] | null;
            /**
             * Format: uint32
             * @description Most results: 1 to 200. Default 60.
             * @default null
             */
            limit?: number | null;
            /**
             * Format: uint32
             * @description How many to leave out from the beginning.
             * @default 0
             */
            offset?: number;
            /**
             * @description Words that all stand in the text read, the caption, the labels or the name; the last may be
             *     a beginning.
             * @default null
             */
            words?: string | null;
        };
        /** @description One line of text. */
        Line: {
            /**
             * Format: float
             * @description Mean confidence of its characters, 0 to 1.
             */
            confidence: number;
            /** @description Its box. */
            quad: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /** @description The line's text, in logical order. */
            text: string;
            /** @description Its words with their boxes, in reading order. */
            words: components["schemas"]["Word"][];
        };
        /** @description Which line to follow through the recognizer. */
        LineRequest: {
            /** @description Its corners in pixels of the picture. */
            quad: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
        };
        /** @description One line on its way through the recognizer. */
        LineTrace: {
            /** @description Characters after joining repetitions and dropping blanks. */
            chars: components["schemas"]["CtcTraceChar"][];
            /** @description The strip that the recognizer sees. */
            crop: components["schemas"]["InlineImage"];
            /**
             * Format: double
             * @description Wall time of cutting, in milliseconds.
             */
            crop_ms: number;
            /**
             * Format: double
             * @description Wall time of decoding, in milliseconds.
             */
            decode_ms: number;
            /**
             * Format: double
             * @description Wall time of the network, in milliseconds.
             */
            recognize_ms: number;
            /**
             * Format: uint32
             * @description Pixels of the strip a step.
             */
            step_width: number;
            /** @description The most probable class of each step, left to right. */
            steps: components["schemas"]["CtcTraceStep"][];
            /** @description The text. */
            text: string;
        };
        /** @description The running caption. */
        LiveCaption: {
            /**
             * Format: double
             * @description Of which moment it is, in the frames' time, in milliseconds.
             */
            at_ms: number;
            /** @description Where it comes from. */
            source: components["schemas"]["CaptionSource"];
            /** @description The sentence. */
            text: string;
        };
        /** @description What can be said to a running session. */
        LiveCommand: {
            /** @description All of it. */
            options: components["schemas"]["LiveOptions"];
            /** @constant */
            type: "options";
        } | {
            /** @description Whether to stop. */
            paused: boolean;
            /** @constant */
            type: "pause";
        } | {
            /** @constant */
            type: "stop";
        };
        /** @description What a session tells, `started` first and `ended` last. */
        LiveEvent: {
            /** @description What is done to begin with. */
            adapt: components["schemas"]["AdaptState"];
            /**
             * Format: float
             * @description Frames a second that it says it gives; 0 where it does not.
             */
            fps: number;
            /**
             * Format: uint32
             * @description Height in pixels.
             */
            height: number;
            /** @constant */
            type: "started";
            /**
             * Format: uint32
             * @description Width of its frames in pixels.
             */
            width: number;
        } | {
            /** @description The result. */
            observation: components["schemas"]["Observation"];
            /** @constant */
            type: "observation";
        } | {
            /** @description Where the controller stands. */
            adapt: components["schemas"]["AdaptState"];
            /** @description The measurements. */
            telemetry: components["schemas"]["Telemetry"];
            /** @constant */
            type: "telemetry";
        } | {
            /** @description It. */
            moment: components["schemas"]["Moment"];
            /** @constant */
            type: "moment";
        } | {
            /** @description In words. */
            message: string;
            /** @description Which. */
            state: components["schemas"]["SourceState"];
            /** @constant */
            type: "source";
        } | {
            /** @description In words. */
            message: string;
            /** @description Why. */
            reason: components["schemas"]["EndReason"];
            /** @description What it cost. */
            telemetry: components["schemas"]["Telemetry"];
            /** @constant */
            type: "ended";
        };
        /** @description Why there is no session. */
        LiveFailed: {
            /** @description Why. */
            failure: components["schemas"]["Failure"];
            /** @constant */
            type: "failed";
        };
        /** @description What a session sends: `started` first and `ended` last, or `failed` in place of either. */
        LiveMessage: components["schemas"]["LiveEvent"] | components["schemas"]["LiveFailed"];
        /** @description A tracked object. */
        LiveObject: {
            /**
             * Format: double
             * @description Since it was first seen, in milliseconds.
             */
            age_ms: number;
            /** @description Left, top, width, height in pixels of the frame. */
            box: [
                number,
                number,
                number,
                number
            ];
            /**
             * Format: uint64
             * @description The same object has the same id in every frame of the session.
             */
            id: number;
            /** @description Its class, by COCO's name: what most of its detections say, by score. */
            label: string;
            /**
             * Format: float
             * @description Score of its newest detection, 0 to 1.
             */
            score: number;
            /**
             * Format: double
             * @description Since it was last detected, in milliseconds; 0 where it was in this frame. Above, the box is predicted.
             */
            unseen_ms: number;
            /** @description How fast its centre moves, in pixels a second. */
            velocity: [
                number,
                number
            ];
        };
        /** @description What a session is asked for. All of it can change while it runs. */
        LiveOptions: {
            /**
             * @description What it may cost.
             * @default {
             *       "frame_ms": null,
             *       "power_mw": null,
             *       "temperature_c": null
             *     }
             */
            budget?: components["schemas"]["Budget"];
            /**
             * @description Set by the user: the controller leaves the load at this.
             * @default null
             */
            fixed?: components["schemas"]["Load"] | null;
            /**
             * @description Only characters of these languages (BCP 47). Empty: all.
             * @default []
             */
            languages?: string[];
            /**
             * Format: float
             * @description Objects that never reached this score are not shown, 0 to 1. `None`: 0.4.
             * @default null
             */
            min_score?: number | null;
            /**
             * @description What the controller prefers.
             * @default balanced
             */
            policy?: components["schemas"]["Policy"];
            /**
             * @description Which stages may run.
             * @default {
             *       "caption": true,
             *       "find": true,
             *       "read": true,
             *       "tags": true
             *     }
             */
            stages?: components["schemas"]["Stages"];
        };
        /** @description How live video begins, unless it is said otherwise. */
        LiveSettings: {
            /**
             * @description What the controller prefers.
             * @default balanced
             */
            policy: components["schemas"]["Policy"];
            /**
             * Format: double
             * @description Mean power of the device that it may cost, in mW, above 0; `None` does not bind.
             * @default null
             */
            power_mw: number | null;
            /**
             * @description Which stages may run.
             * @default {
             *       "caption": true,
             *       "find": true,
             *       "read": true,
             *       "tags": true
             *     }
             */
            stages: components["schemas"]["Stages"];
        };
        /** @description Where a session's frames come from. */
        LiveSource: {
            /** @constant */
            type: "pushed";
        } | {
            /** @description Its id. */
            id: components["schemas"]["ClipId"];
            /** @constant */
            type: "clip";
        } | {
            /** @description Its name, as the list of them has it. */
            name: string;
            /** @constant */
            type: "sample";
        } | {
            /** @description Its id. */
            id: string;
            /** @constant */
            type: "camera";
        } | {
            /** @description As the window was told of it. */
            path: string;
            /** @constant */
            type: "path";
        };
        /** @description Wall time of one stage on this frame. */
        LiveStageTime: {
            /**
             * Format: double
             * @description Milliseconds.
             */
            ms: number;
            /** @description Its name, as in [`glimpse_telemetry::StageSummary`]. */
            stage: string;
        };
        /** @description What begins a session. */
        LiveStart: {
            /**
             * @description What it is asked for.
             * @default {
             *       "budget": {
             *         "frame_ms": null,
             *         "power_mw": null,
             *         "temperature_c": null
             *       },
             *       "fixed": null,
             *       "languages": [],
             *       "min_score": null,
             *       "policy": "balanced",
             *       "stages": {
             *         "caption": true,
             *         "find": true,
             *         "read": true,
             *         "tags": true
             *       }
             *     }
             */
            options?: components["schemas"]["LiveOptions"];
            /**
             * @description Whether to send the frames back, as JPEGs, as many as the client takes.
             * @default false
             */
            pictures?: boolean;
            /** @description Where its frames come from. */
            source: components["schemas"]["LiveSource"];
        };
        /** @description A tracked line of text. */
        LiveText: {
            /**
             * Format: float
             * @description Confidence of that, 0 to 1.
             */
            confidence: number;
            /**
             * Format: uint64
             * @description The same line has the same id in every frame of the session.
             */
            id: number;
            /** @description Corners in pixels of the frame, as in a [`glimpse_engine::Line`]. */
            quad: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /**
             * Format: uint32
             * @description Readings that it is merged from.
             */
            readings: number;
            /** @description What its readings say together. */
            text: string;
            /**
             * Format: double
             * @description Since the last of them, in milliseconds.
             */
            unread_ms: number;
        };
        /** @description How much is done. A ladder of these, from everything to little, is what the controller climbs. */
        Load: {
            /**
             * Format: uint32
             * @description Least time between two captions, in milliseconds; `None`: no captions.
             */
            caption_ms: number | null;
            /**
             * Format: uint32
             * @description Objects are looked for on every how many analysed frames; tracks carry them between. 1 at least.
             */
            find_every: number;
            /**
             * Format: float
             * @description Frames a second that are analysed, at most; above 0.
             */
            fps: number;
            /** @description Number format. */
            precision: components["schemas"]["Precision"];
            /**
             * Format: uint32
             * @description Least time between two readings, in milliseconds; `None`: text is not read.
             */
            read_ms: number | null;
            /**
             * Format: float
             * @description Sides at which objects are looked for, as a share of what is usual for a picture; above 0, at most 2.
             */
            scale: number;
            /**
             * Format: uint32
             * @description Likewise the tags.
             */
            tags_every: number;
            /**
             * Format: uint
             * @description Threads of the fast stages, 1 at least.
             */
            threads: number;
        };
        /**
         * @description What a look sends, in this order: `started`, any number of `token`, then `reading`,
         *     `description` or `found`, then `done`. `failed` ends it at any point instead.
         */
        LookEvent: {
            /**
             * Format: double
             * @description How long it waited for other work, in milliseconds.
             */
            queue_ms: number;
            /** @constant */
            type: "started";
        } | {
            /**
             * Format: float
             * @description Its probability, 0 to 1.
             */
            confidence: number;
            /** @description What it adds to the text. */
            text: string;
            /** @constant */
            type: "token";
        } | {
            /** @description The result. */
            reading: components["schemas"]["Reading"];
            /** @constant */
            type: "reading";
        } | {
            /** @description The result. */
            description: components["schemas"]["Description"];
            /** @constant */
            type: "description";
        } | {
            /** @description The result. */
            found: components["schemas"]["Found"];
            /** @constant */
            type: "found";
        } | {
            /** @description What it cost. */
            measures: components["schemas"]["Measures"];
            /** @constant */
            type: "done";
        } | {
            /** @description Why. */
            failure: components["schemas"]["Failure"];
            /** @constant */
            type: "failed";
        };
        /** @description What a look is asked for. Only `task` is needed. */
        LookRequest: {
            /**
             * @description Describe: also say where each token of the caption looked.
             * @default false
             */
            attention?: boolean;
            /**
             * Format: uint
             * @description Describe: hypotheses of the caption search. Default: the pack's choice.
             * @default null
             */
            beam?: number | null;
            /**
             * @description Read: only characters of these languages (BCP 47). Default: all.
             * @default []
             */
            languages?: string[];
            /**
             * Format: float
             * @description Read: lines of less confidence are dropped, 0 to 1. Default 0.5.
             * @default null
             */
            min_confidence?: number | null;
            /**
             * Format: float
             * @description Find: objects of a lower score are dropped, 0 to 1. Default 0.3.
             * @default null
             */
            min_score?: number | null;
            /** @description What to do. */
            task: components["schemas"]["Task"];
            /**
             * @description Describe: also read the text.
             * @default false
             */
            text?: boolean;
            /**
             * @description Do not keep the picture in the library, even where the settings keep pictures.
             * @default false
             */
            unkept?: boolean;
        };
        /** @description What a look cost, as measured. */
        Measures: {
            /** @description Percentiles over the looks of this task since the start of the app. */
            history: components["schemas"]["Percentiles"];
            /** @description Memory of the process. */
            memory: components["schemas"]["Memory"];
            /** @description Power that the device draws. */
            power: components["schemas"]["Probe"];
            /** @description Number format of the packs. */
            precision: components["schemas"]["Precision"];
            /** @description What ran where. */
            receipt: components["schemas"]["Receipt"];
            /** @description Wall time of each stage in the order in which they ran, in milliseconds. */
            stages: components["schemas"]["StageTime"][];
            /** @description What was done. */
            task: components["schemas"]["Task"];
            /** @description State of heat of the device. */
            thermal: components["schemas"]["Probe"];
            /**
             * Format: uint
             * @description Threads of the engine.
             */
            threads: number;
            /**
             * Format: double
             * @description From the request's arrival to its last result, in milliseconds: waiting included.
             */
            total_ms: number;
        };
        /** @description Memory of this process in bytes; `None` where the platform does not tell. */
        Memory: {
            /**
             * Format: uint64
             * @description Most that was ever resident.
             */
            peak: number | null;
            /**
             * Format: uint64
             * @description Resident now.
             */
            resident: number | null;
        };
        /** @description A line of the rolling summary. */
        Moment: {
            /**
             * Format: double
             * @description When, in the frames' time, in milliseconds.
             */
            at_ms: number;
            /**
             * Format: uint64
             * @description Id of the object or the line of text.
             */
            id: number | null;
            /** @description What. */
            kind: components["schemas"]["MomentKind"];
            /** @description Label of the object, the text, or the sentence. */
            what: string;
        };
        /** @description What kind of thing happened. */
        MomentKind: "scene" | "enters" | "leaves" | "text" | "caption";
        /**
         * @description Something worth saying: a stable code with its values for programs, a sentence for people.
         *
         *     One that was written as a bare sentence is read as [`NoteCode::Other`].
         */
        Note: {
            /** @description What it is about. */
            code: components["schemas"]["NoteCode"];
            /** @description The same in English. */
            message: string;
            /** @description What stands in it, by the names that the code tells. */
            values: {
                [key: string]: components["schemas"]["NoteValue"];
            };
        };
        /** @description What a note is about: the engine's own, and those of what is built on it. */
        NoteCode: "decoded_smaller" | "not_kept" | "cpu_kernels" | "no_gpu_backend" | "no_npu_backend" | "not_optimized" | "busy_before" | "interrupted" | "on_battery" | "no_warmup" | "few_runs" | "slowest_is_p99" | "runs_differ" | "other";
        /** @description A value that stands in a note. */
        NoteValue: number | string;
        /** @description An object on a picture. */
        Object: {
            /**
             * @description Left, top, width and height in pixels of the picture as displayed (after EXIF orientation),
             *     wholly inside of it.
             */
            box: [
                number,
                number,
                number,
                number
            ];
            /** @description Its class, by the name that COCO gives it, for example `"dining table"`. */
            label: string;
            /**
             * Format: float
             * @description Probability that there is such an object at this place, 0 to 1.
             */
            score: number;
        };
        /** @description What is known of the scene at one frame. */
        Observation: {
            /**
             * Format: double
             * @description The frame's time from its source, in milliseconds since that started.
             */
            at_ms: number;
            /** @description The running caption, once there is one. */
            caption: components["schemas"]["LiveCaption"] | null;
            /** @description Whether a scene begins with this frame. */
            cut: boolean;
            /**
             * Format: uint64
             * @description The frame's number from its source, from 1; numbers that are missing were dropped or skipped.
             */
            frame: number;
            /**
             * Format: uint32
             * @description Height of the frame in pixels.
             */
            height: number;
            /** @description The objects. */
            objects: components["schemas"]["LiveObject"][];
            /**
             * Format: uint32
             * @description Number of the scene, from 1: it grows with every cut.
             */
            scene: number;
            /** @description Wall times of the stages that this frame passed through. */
            stages: components["schemas"]["LiveStageTime"][];
            /** @description Whether nothing moves: results may then be those of an earlier frame. */
            still: boolean;
            /** @description What the whole picture shows, most probable first; smoothed over frames. */
            tags: components["schemas"]["Tag"][];
            /** @description The lines of text, in reading order. */
            texts: components["schemas"]["LiveText"][];
            /**
             * Format: uint32
             * @description Width of the frame in pixels.
             */
            width: number;
        };
        /** @description Whether a pack's file is what the list of packs says. */
        PackCheck: {
            /** @description Id of the pack. */
            id: string;
            /** @description Whether its checksum is right. */
            intact: boolean;
            /**
             * Format: double
             * @description Wall time of the check in milliseconds.
             */
            ms: number;
            /** @description SHA-256 of the file, hexadecimal. */
            sha256: string;
        };
        /** @description One pack. */
        PackInfo: {
            /**
             * Format: uint64
             * @description Bytes that the file should have.
             */
            bytes: number;
            /** @description Id, for example `"ocr-det-int8"`. */
            id: string;
            /** @description SPDX expression of the licence. */
            licence: string;
            /** @description The file. */
            path: string;
            /** @description Where the weights come from. */
            provenance: string;
            /** @description SHA-256 that the file should have, hexadecimal. */
            sha256: string;
            /** @description Whether the file is there, with that size. */
            state: components["schemas"]["PackState"];
        };
        /** @description Whether a pack can be used. */
        PackState: "present" | "missing" | "wrong_size";
        /** @description The text detector's view of a picture, and the boxes that follow from it. */
        PageTrace: {
            /** @description Boxes, in pixels of the picture as displayed. */
            boxes: components["schemas"]["TracedBox"][];
            /**
             * Format: double
             * @description Wall time from map to boxes, in milliseconds.
             */
            boxes_ms: number;
            /**
             * Format: double
             * @description Wall time of scaling and the network, in milliseconds; `None` where the map was still known.
             */
            detect_ms: number | null;
            /** @description The size in pixels at which the detector looked at the picture. */
            seen: [
                number,
                number
            ];
        };
        /** @description A block of consecutive lines. */
        Paragraph: {
            /** @description Indices into [`Reading::lines`]. */
            lines: number[];
        };
        /** @description Percentiles of wall times in milliseconds. */
        Percentiles: {
            /**
             * Format: uint64
             * @description How many there are.
             */
            count: number;
            /**
             * Format: double
             * @description Median.
             */
            p50: number;
            /**
             * Format: double
             * @description Nine of ten are at most this.
             */
            p90: number;
            /**
             * Format: double
             * @description 99 of 100 are at most this.
             */
            p99: number;
        };
        /** @description A picture that was opened: it decodes, and looks at it need not send it again. */
        Picture: {
            /**
             * Format: uint64
             * @description Bytes of the encoded picture.
             */
            bytes: number;
            /**
             * Format: double
             * @description Wall time of decoding it, in milliseconds.
             */
            decode_ms: number;
            /** @description `"jpeg"`, `"png"`, `"webp"`, `"gif"`, `"bmp"`, `"tiff"`, or `"rgb"` for a camera's frame. */
            format: string;
            /**
             * Format: uint32
             * @description Height as displayed, in pixels.
             */
            height: number;
            /** @description Its id. */
            id: components["schemas"]["PictureId"];
            /** @description File name, where it is known. */
            name: string | null;
            /**
             * Format: uint32
             * @description Width as displayed (after EXIF orientation), in pixels.
             */
            width: number;
        };
        /** @description Names an opened picture: 128 random bits in hexadecimal. */
        PictureId: string;
        /** @description What the controller prefers. */
        Policy: "fast" | "balanced" | "cool";
        /** @description Number format of the weights and activations. */
        Precision: "int8" | "f32";
        /** @description Why the load is what it is. */
        Pressure: "none" | "time" | "heat" | "power" | "user";
        /** @description A value that the device may or may not tell. An unknown one is `None`, never 0. */
        Probe: {
            /**
             * Format: double
             * @description How long ago it was measured, in milliseconds.
             * @default 0
             */
            age_ms: number;
            /** @description Where it comes from, or why it is unknown. */
            source: string;
            /** @description Its unit, for example `"°C"` or `"mW"`. */
            unit: string;
            /**
             * Format: double
             * @description The value.
             */
            value: number | null;
        };
        /** @description Frames a second over the last second. */
        Rates: {
            /**
             * Format: double
             * @description That became observations.
             */
            analysed: number;
            /**
             * Format: double
             * @description That came.
             */
            captured: number;
            /**
             * Format: double
             * @description Whose observations were taken.
             */
            delivered: number;
        };
        /** @description The text of a picture. */
        Reading: {
            /**
             * Format: uint32
             * @description Height of the picture as displayed, in pixels.
             */
            height: number;
            /** @description Lines in reading order. */
            lines: components["schemas"]["Line"][];
            /** @description Paragraphs in reading order; every line is in exactly one. */
            paragraphs: components["schemas"]["Paragraph"][];
            /** @description What ran where. */
            receipt: components["schemas"]["Receipt"];
            /** @description Wall time of each stage. */
            timings: components["schemas"]["Timings"];
            /**
             * Format: uint32
             * @description Width of the picture as displayed, in pixels.
             */
            width: number;
        };
        /** @description What ran where in one call. */
        Receipt: {
            /** @description Engine version. */
            engine: string;
            /** @description Things that a caller may want to know, for example that the picture was scaled down. */
            notes: components["schemas"]["Note"][];
            /**
             * Format: uint16
             * @description Orientation of the page that was found: 0, 90, 180 or 270 degrees clockwise.
             */
            page_rotation: number;
            /** @description One entry a stage that ran. */
            stages: components["schemas"]["StageReceipt"][];
            /**
             * Format: uint
             * @description Threads of the pool.
             */
            threads: number;
        };
        /** @description A sample picture that the app brings along. */
        Sample: {
            /**
             * Format: uint64
             * @description Bytes of the file.
             */
            bytes: number;
            /** @description Its name, by which it is opened, for example `"receipt.jpg"` or `"photos/cat.jpg"`. */
            name: string;
            /** @description The task that it shows best. */
            task: components["schemas"]["Task"];
        };
        /** @description A clip that the app brings along. */
        SampleClip: {
            /**
             * Format: uint64
             * @description Bytes of the file.
             */
            bytes: number;
            /** @description How its pictures are encoded. */
            codec: string;
            /** @description The kind of file. */
            container: string;
            /**
             * Format: double
             * @description How long it lasts, in milliseconds, where it says.
             */
            duration_ms: number | null;
            /**
             * Format: double
             * @description Frames a second, 0 where it does not say.
             */
            fps: number;
            /**
             * Format: uint32
             * @description Height in pixels.
             */
            height: number;
            /** @description Its name, by which a session is begun with it, for example `"tour.mp4"`. */
            name: string;
            /**
             * Format: uint32
             * @description Width of its frames in pixels.
             */
            width: number;
        };
        /** @description Which sample picture to open. */
        SampleName: {
            /** @description Its name, as the list of samples has it. */
            name: string;
        };
        /** @description What a person chose. It survives a restart. */
        Settings: {
            /**
             * @description Whether the panel of measures is open on results.
             * @default false
             */
            hud_open: boolean;
            /**
             * @description Keep what is looked at in the library.
             * @default true
             */
            keep: boolean;
            /**
             * @description Language of the UI (BCP 47); `None` as the system has it.
             * @default null
             */
            language: string | null;
            /**
             * @description How live video begins.
             * @default {
             *       "policy": "balanced",
             *       "power_mw": null,
             *       "stages": {
             *         "caption": true,
             *         "find": true,
             *         "read": true,
             *         "tags": true
             *       }
             *     }
             */
            live: components["schemas"]["LiveSettings"];
            /**
             * Format: float
             * @description Read: least confidence of a line, 0 to 1.
             * @default 0.5
             */
            min_confidence: number;
            /**
             * Format: float
             * @description Find: least score of an object, 0 to 1.
             * @default 0.30000001192092896
             */
            min_score: number;
            /**
             * @description Light or dark.
             * @default system
             */
            theme: components["schemas"]["Theme"];
            /**
             * Format: uint
             * @description Threads of the engine; 0 means one a core. Takes effect with the next start.
             * @default 0
             */
            threads: number;
        };
        /** @description Which settings to change, and to what. What is left out stays as it is. */
        SettingsChange: {
            /** @description Whether the panel of measures is open on results. */
            hud_open?: boolean;
            /** @description Keep what is looked at in the library. */
            keep?: boolean;
            /** @description Language of the UI (BCP 47); `None` as the system has it. */
            language?: string | null;
            /** @description How live video begins. */
            live?: components["schemas"]["LiveSettings"];
            /**
             * Format: float
             * @description Read: least confidence of a line, 0 to 1.
             */
            min_confidence?: number;
            /**
             * Format: float
             * @description Find: least score of an object, 0 to 1.
             */
            min_score?: number;
            /** @description Light or dark. */
            theme?: components["schemas"]["Theme"];
            /**
             * Format: uint
             * @description Threads of the engine; 0 means one a core. Takes effect with the next start.
             */
            threads?: number;
        };
        /** @description How the source is. */
        SourceState: "flowing" | "stalled" | "lost" | "returned" | "resized" | "clock_jumped" | "damaged" | "paused";
        /** @description Kinds of stages, in the order in which a look passes through them. */
        Stage: "capture" | "decode" | "queue" | "pre" | "infer" | "post" | "paint";
        /** @description Where one stage ran. */
        StageReceipt: {
            /** @description `"cpu"`; other backends come with their issues. */
            backend: string;
            /** @description Instruction set of the kernels, for example `"avx512vnni"`. */
            isa: string;
            /**
             * Format: uint64
             * @description Multiply-accumulates of its convolutions, linear layers and attention.
             */
            macs: number;
            /** @description Id of the pack whose weights ran. */
            pack: string;
            /** @description `"int8"` or `"f32"`. */
            precision: string;
            /** @description Input shapes that ran, as `"HxW"`, each with its count. */
            shapes: [
                string,
                number
            ][];
            /** @description `"detect"`, `"recognize"`, ... */
            stage: string;
        };
        /** @description Wall time of one stage over a session. */
        StageSummary: {
            /**
             * Format: uint64
             * @description Times it ran.
             */
            count: number;
            /**
             * Format: double
             * @description The newest, in milliseconds.
             */
            last_ms: number;
            /**
             * Format: double
             * @description The longest.
             */
            max_ms: number;
            /**
             * Format: double
             * @description Mean, in milliseconds.
             */
            mean_ms: number;
            /**
             * Format: double
             * @description Median.
             */
            p50_ms: number;
            /**
             * Format: double
             * @description Nine of ten are at most this.
             */
            p90_ms: number;
            /**
             * Format: double
             * @description 99 of 100 are at most this.
             */
            p99_ms: number;
            /**
             * @description `"capture"`, `"convert"`, `"find"`, `"tags"`, `"read"`, `"caption"`, `"track"`, `"deliver"`, `"frame"`
             *     (from the frame's arrival to its observation), and the parts of a model's stage as
             *     `"find.pre"`, `"find.infer"`, `"find.post"`.
             */
            stage: string;
        };
        /** @description Wall time of one stage. */
        StageTime: {
            /**
             * Format: double
             * @description Milliseconds.
             */
            ms: number;
            /** @description Which. */
            stage: components["schemas"]["Stage"];
        };
        /** @description Which stages may run at all. */
        Stages: {
            /**
             * @description A sentence.
             * @default true
             */
            caption: boolean;
            /**
             * @description Objects and their tracks.
             * @default true
             */
            find: boolean;
            /**
             * @description Text.
             * @default true
             */
            read: boolean;
            /**
             * @description What the whole picture shows.
             * @default true
             */
            tags: boolean;
        };
        /** @description One tag of a picture. */
        Tag: {
            /**
             * Format: uint32
             * @description Index of its most probable class, in the order of ImageNet-1k.
             */
            class: number;
            /** @description Its name in English. */
            label: string;
            /**
             * Format: float
             * @description Probability that the picture shows it, 0 to 1; that of its classes together.
             */
            score: number;
        };
        /** @description What can be done with a picture. */
        Task: "read" | "describe" | "find";
        /** @description What a session cost so far. Sent four times a second. */
        Telemetry: {
            /**
             * Format: double
             * @description Since the session's start, in milliseconds.
             */
            at_ms: number;
            /** @description Charge of the battery, in %. */
            battery: components["schemas"]["Probe"];
            /** @description Processor use of this process, in % of one core. */
            cpu: components["schemas"]["Probe"];
            /** @description Frames by what became of them. */
            frames: components["schemas"]["Frames"];
            /**
             * @description How close it is to throttling: 1 is where that is severe, 0 is 30 °C below; no unit.
             * @default {
             *       "age_ms": 0,
             *       "source": "",
             *       "unit": "",
             *       "value": null
             *     }
             */
            headroom: components["schemas"]["Probe"];
            /**
             * @description How far the system throttles.
             * @default {
             *       "age_ms": 0,
             *       "source": "",
             *       "state": null
             *     }
             */
            heat: components["schemas"]["Heat"];
            /** @description Resident memory of the process, in bytes. */
            memory: components["schemas"]["Probe"];
            /** @description Most that was ever resident, in bytes. */
            memory_peak: components["schemas"]["Probe"];
            /** @description Power that the device draws, in mW. */
            power: components["schemas"]["Probe"];
            /** @description Frames a second. */
            rates: components["schemas"]["Rates"];
            /** @description Wall times, in the order in which a frame passes through the stages. */
            stages: components["schemas"]["StageSummary"][];
            /** @description Temperature of the processor, in °C. */
            temperature: components["schemas"]["Probe"];
        };
        /** @description Light or dark. */
        Theme: "system" | "light" | "dark";
        /**
         * @description Wall time of a call, in milliseconds, cut in two ways: by what is looked for (`decode`, `detect`,
         *     `recognize`) and by the kind of work (`decode`, `pre`, `infer`, `post`). Either adds up to `total`,
         *     but for the opening of packs by the first call that needs them, which `total` alone counts. It is
         *     time on the thread of the call: what several threads do at once counts once.
         */
        Timings: {
            /**
             * Format: double
             * @description Reading and decoding the file; 0 where a decoded picture was given.
             */
            decode: number;
            /**
             * Format: double
             * @description Scaling, detection network and box extraction.
             */
            detect: number;
            /**
             * Format: double
             * @description The networks.
             */
            infer: number;
            /**
             * Format: double
             * @description From the networks' outputs to lines, words and paragraphs.
             */
            post: number;
            /**
             * Format: double
             * @description Scaling the picture for the detector, and cutting lines for the recognizer.
             */
            pre: number;
            /**
             * Format: double
             * @description Cropping, recognition network and CTC decoding.
             */
            recognize: number;
            /**
             * Format: double
             * @description The whole call, decoding included.
             */
            total: number;
        };
        /** @description A box of a [`PageTrace`]. */
        TracedBox: {
            /** @description Corners in pixels of the picture: top-left, top-right, bottom-right, bottom-left. */
            quad: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /**
             * Format: float
             * @description Mean probability inside of its core, 0 to 1.
             */
            score: number;
        };
        /** @description One word of a line. */
        Word: {
            /**
             * Format: float
             * @description Mean confidence of its characters, 0 to 1.
             */
            confidence: number;
            /** @description Its box. */
            quad: [
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ],
                [
                    number,
                    number
                ]
            ];
            /** @description The word's text. */
            text: string;
        };
    };
    responses: {
        /** @description It failed */
        Failure: {
            headers: {
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Failure"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AdaptState = components['schemas']['AdaptState'];
export type BackendState = components['schemas']['BackendState'];
export type BenchEvent = components['schemas']['BenchEvent'];
export type BenchReport = components['schemas']['BenchReport'];
export type BenchRequest = components['schemas']['BenchRequest'];
export type BenchStage = components['schemas']['BenchStage'];
export type BenchTask = components['schemas']['BenchTask'];
export type BoxKnobs = components['schemas']['BoxKnobs'];
export type Budget = components['schemas']['Budget'];
export type CaptionSource = components['schemas']['CaptionSource'];
export type CaptionToken = components['schemas']['CaptionToken'];
export type ClipAbout = components['schemas']['ClipAbout'];
export type ClipId = components['schemas']['ClipId'];
export type Colour = components['schemas']['Colour'];
export type Cpu = components['schemas']['Cpu'];
export type CtcTraceChar = components['schemas']['CtcTraceChar'];
export type CtcTraceStep = components['schemas']['CtcTraceStep'];
export type DescribeTimings = components['schemas']['DescribeTimings'];
export type Description = components['schemas']['Description'];
export type Device = components['schemas']['Device'];
export type EndReason = components['schemas']['EndReason'];
export type ExportFormat = components['schemas']['ExportFormat'];
export type Failure = components['schemas']['Failure'];
export type FindTimings = components['schemas']['FindTimings'];
export type Found = components['schemas']['Found'];
export type Frames = components['schemas']['Frames'];
export type Heat = components['schemas']['Heat'];
export type HeatMap = components['schemas']['HeatMap'];
export type HeatState = components['schemas']['HeatState'];
export type Info = components['schemas']['Info'];
export type InlineImage = components['schemas']['InlineImage'];
export type ItemId = components['schemas']['ItemId'];
export type KernelChoice = components['schemas']['KernelChoice'];
export type LibraryEntry = components['schemas']['LibraryEntry'];
export type LibraryItem = components['schemas']['LibraryItem'];
export type LibraryPage = components['schemas']['LibraryPage'];
export type LibraryQuery = components['schemas']['LibraryQuery'];
export type Line = components['schemas']['Line'];
export type LineRequest = components['schemas']['LineRequest'];
export type LineTrace = components['schemas']['LineTrace'];
export type LiveCaption = components['schemas']['LiveCaption'];
export type LiveCommand = components['schemas']['LiveCommand'];
export type LiveEvent = components['schemas']['LiveEvent'];
export type LiveFailed = components['schemas']['LiveFailed'];
export type LiveMessage = components['schemas']['LiveMessage'];
export type LiveObject = components['schemas']['LiveObject'];
export type LiveOptions = components['schemas']['LiveOptions'];
export type LiveSettings = components['schemas']['LiveSettings'];
export type LiveSource = components['schemas']['LiveSource'];
export type LiveStageTime = components['schemas']['LiveStageTime'];
export type LiveStart = components['schemas']['LiveStart'];
export type LiveText = components['schemas']['LiveText'];
export type Load = components['schemas']['Load'];
export type LookEvent = components['schemas']['LookEvent'];
export type LookRequest = components['schemas']['LookRequest'];
export type Measures = components['schemas']['Measures'];
export type Memory = components['schemas']['Memory'];
export type Moment = components['schemas']['Moment'];
export type MomentKind = components['schemas']['MomentKind'];
export type Note = components['schemas']['Note'];
export type NoteCode = components['schemas']['NoteCode'];
export type NoteValue = components['schemas']['NoteValue'];
export type Object = components['schemas']['Object'];
export type Observation = components['schemas']['Observation'];
export type PackCheck = components['schemas']['PackCheck'];
export type PackInfo = components['schemas']['PackInfo'];
export type PackState = components['schemas']['PackState'];
export type PageTrace = components['schemas']['PageTrace'];
export type Paragraph = components['schemas']['Paragraph'];
export type Percentiles = components['schemas']['Percentiles'];
export type Picture = components['schemas']['Picture'];
export type PictureId = components['schemas']['PictureId'];
export type Policy = components['schemas']['Policy'];
export type Precision = components['schemas']['Precision'];
export type Pressure = components['schemas']['Pressure'];
export type Probe = components['schemas']['Probe'];
export type Rates = components['schemas']['Rates'];
export type Reading = components['schemas']['Reading'];
export type Receipt = components['schemas']['Receipt'];
export type Sample = components['schemas']['Sample'];
export type SampleClip = components['schemas']['SampleClip'];
export type SampleName = components['schemas']['SampleName'];
export type Settings = components['schemas']['Settings'];
export type SettingsChange = components['schemas']['SettingsChange'];
export type SourceState = components['schemas']['SourceState'];
export type Stage = components['schemas']['Stage'];
export type StageReceipt = components['schemas']['StageReceipt'];
export type StageSummary = components['schemas']['StageSummary'];
export type StageTime = components['schemas']['StageTime'];
export type Stages = components['schemas']['Stages'];
export type Tag = components['schemas']['Tag'];
export type Task = components['schemas']['Task'];
export type Telemetry = components['schemas']['Telemetry'];
export type Theme = components['schemas']['Theme'];
export type Timings = components['schemas']['Timings'];
export type TracedBox = components['schemas']['TracedBox'];
export type Word = components['schemas']['Word'];
export type ResponseFailure = components['responses']['Failure'];
export type $defs = Record<string, never>;
export interface operations {
    bench: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BenchRequest"];
            };
        };
        responses: {
            /** @description Measure this device and tell of it as it goes, one JSON object a line; ending the request cancels it */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["BenchEvent"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    open_clip: {
        parameters: {
            query?: never;
            header?: {
                "x-glimpse-name"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "video/*": string;
            };
        };
        responses: {
            /** @description Open a clip: the body is its file; the header x-glimpse-name may give its name, as percent-encoded UTF-8 */
            201: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClipAbout"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    sample_clips: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the sample clips */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleClip"][];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    close_clip: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Close an opened clip */
            204: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failure"];
        };
    };
    describe_once: {
        parameters: {
            query?: {
                /** @description Also say where each token of the caption looked. */
                attention?: boolean;
                /** @description Hypotheses of the caption search: 1 is the fastest. */
                beam?: number | null;
                /** @description Also read the text, which takes longer. */
                text?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
            };
        };
        responses: {
            /** @description Describe a picture; the answer is what `glimpse describe --json` prints */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    device: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tell what this device and this build are */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    check_pack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Compare a pack with its checksum */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PackCheck"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    find_once: {
        parameters: {
            query?: {
                /** @description Objects of a lower score are dropped, 0 to 1. Default 0.3. */
                min_score?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
            };
        };
        responses: {
            /** @description Find objects on a picture; the answer is what `glimpse find --json` prints */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_clear: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete all pictures of the library */
            204: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failure"];
        };
    };
    library: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LibraryQuery"];
            };
        };
        responses: {
            /** @description Search the library */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryPage"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_entry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tell all that is known of a picture of the library */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LibraryEntry"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a picture of the library */
            204: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failure"];
        };
    };
    library_export: {
        parameters: {
            query: {
                /** @description Its format. */
                format: "text" | "markdown" | "json" | "pdf" | "hocr";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give what is known of a picture of the library as a file */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a picture of the library */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_open: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open a picture of the library again */
            201: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    library_thumbnail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show a small picture of the library */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Watch live video over a WebSocket: first a LiveStart as text, then LiveCommands as text and frames as binary messages; LiveMessages come as text, pictures of frames as binary messages */
            101: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LiveMessage"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Describe these addresses */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    open_picture: {
        parameters: {
            query?: never;
            header?: {
                "x-glimpse-name"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
            };
        };
        responses: {
            /** @description Open a picture: the body is its file; the header x-glimpse-name may give its name, as percent-encoded UTF-8 */
            201: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    close_picture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Close an opened picture */
            204: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Failure"];
        };
    };
    export_picture: {
        parameters: {
            query: {
                /** @description Its format. */
                format: "text" | "markdown" | "json" | "pdf" | "hocr";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Give what is known of an opened picture so far as a file */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    picture_image: {
        parameters: {
            query?: {
                /** @description Most pixels of the longest side; without it the picture is given as it came. */
                max?: number | null;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show an opened picture */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    page_trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BoxKnobs"];
            };
        };
        responses: {
            /** @description Make boxes of what the text detector sees */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageTrace"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    line_trace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LineRequest"];
            };
        };
        responses: {
            /** @description Follow a line through the recognizer */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineTrace"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    heat_map: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show what the text detector sees */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeatMap"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    look: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LookRequest"];
            };
        };
        responses: {
            /** @description Look at an opened picture and tell of it as it goes, one JSON object a line; ending the request cancels it */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["LookEvent"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    read_once: {
        parameters: {
            query?: {
                /** @description Only characters of these languages: BCP 47 codes with commas between them. */
                languages?: string | null;
                /** @description Lines of less confidence are dropped, 0 to 1. Default 0.5. */
                min_confidence?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
            };
        };
        responses: {
            /** @description Read a picture's text; the answer is what `glimpse read --json` prints */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    samples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the sample pictures */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sample"][];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    open_sample: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleName"];
            };
        };
        responses: {
            /** @description Open a sample picture */
            201: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Picture"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tell the settings */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    set_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingsChange"];
            };
        };
        responses: {
            /** @description Change the settings */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    tags_once: {
        parameters: {
            query?: {
                /** @description Also give the embedding. */
                embedding?: boolean;
                /** @description Most tags, 1 to 1000. Default 5. */
                top?: number | null;
                /** @description Look at the whole picture, squashed to a square, instead of the square in its middle. */
                whole?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
            };
        };
        responses: {
            /** @description Name what a picture shows; the answer is what `glimpse tags --json` prints */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say that the server is up; no token is needed */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tell the metrics, for Prometheus */
            200: {
                headers: {
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text": string;
                };
            };
            default: components["responses"]["Failure"];
        };
    };
}

/** Four corners: top-left, top-right, bottom-right, bottom-left of the upright line. */
export type Quad = Line['quad'];
