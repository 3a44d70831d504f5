using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Tests.CSharp;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;
using ModelGen.Compiler.Words.Objectives;

namespace ModelGen.Compiler.Tests.Recipes;

/// <summary>What recipes become, and what is said of those with mistakes.</summary>
public sealed partial class RecipeTests
{
    private const string Gpt =
        "model: Gpt\nfamily: transformer\ndata: { tokens: { context: 8 } }\nnetwork: [embed: 8, unembed]\nobjective: "
        + "next-token\ntraining: { optimizer: { sgd: 1e-3 }, batch: 2, duration: 7 steps }\n";

    private const string Vae =
        "model: Vae\nfamily: vae\ndata: { image: [1, 6, 6] }\nlatent: 3\nencoder: [flatten, linear: 8]\ndecoder: [linear: 36, "
        + "reshape: [1, 6, 6]]\nobjective: { elbo: { reconstruction: bernoulli } }\n";

    private const string Normed =
        "model: Normed\nfamily: vae\ndata: { image: [1, 6, 6] }\nlatent: 3\nencoder: [flatten, linear: 8, reshape: [8, 1, 1], "
        + "batch-norm, flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\nobjective: { elbo: bernoulli }\n";

    private const string Coloured =
        "model: Coloured\nfamily: vae\ndata: { image: [2, 4, 4] }\nlatent: 3\nencoder: [flatten]\ndecoder: [linear: 32, reshape: "
        + "[2, 4, 4]]\nobjective: { elbo: bernoulli }\n";

    private const string Game =
        "model: Game\nfamily: gan\ndata: { image: [1, 6, 6] }\nlatent: 3\nprecision: float16\ngenerator: [linear: 36, tanh, "
        + "reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\nobjective: hinge\n";

    private const string Net = "model: Net\nfamily: network\ndata: { tensor: [4] }\nnetwork: [relu]\n";

    private const string Rewriter =
        "model: Rewriter\nfamily: encoder-decoder\ndata: { tokens: { context: 8, padding-token: <pad>, end-token: <end> } }\nencoder: "
        + "[embed: 8]\ndecoder: [embed: 8, { cross-attention: 2 }, unembed]\nobjective: sequence-to-sequence\n";

    private const string Reviews =
        "model: Reviews\nfamily: network\ndata: { tokens: { context: 8, padding-token: <pad> } }\nnetwork: [embed: 4, sequence-pool, "
        + "linear: 2]\nobjective: cross-entropy\n";

    private const string Sorter = "model: Sorter\nfamily: network\ndata: { tensor: [4] }\nnetwork: [linear: 2]\nobjective: cross-entropy\n";

    private const string OfReviews = "run: Long\nmodel: Reviews\n";

    private const string Training = "training: { optimizer: { adamw: 1e-4 }, batch: 16, duration: 2 epochs }\n";

    private const string Names = "run: Long\nmodel: Gpt\n";

    private const string Answering =
        "model: Answering\nfamily: transformer\ndata: { tokens: { context: 8, end-token: <end> } }\nnetwork: [embed: 8, unembed]\n"
        + "objective: next-token\n";

    private const string Fills =
        "model: Fills\nfamily: transformer\ndata: { tokens: { context: 8, mask-token: <mask>, end-token: <end> } }\nnetwork: [embed: 8, "
        + "self-attention: 2, unembed]\nobjective: masked-token\n";

    private const string OfAnswering = "run: Long\nmodel: Answering\n";

    private const string Judge =
        "model: Judge\nfamily: network\ndata: { tokens: { context: 8, padding-token: <pad>, end-token: <end> } }\nnetwork: [embed: 4, "
        + "sequence-pool, linear: 1]\nobjective: bradley-terry\n";

    private static string Paced(string key) => $"training:\n  optimizer: {{ adamw: 1e-4 }}\n  batch: 16\n  duration: 2 epochs\n  {key}\n";

    private const string Other =
        "model: Other\nfamily: transformer\ndata: { tokens: { context: 16, tokenizer: characters, vocabulary: 256 } }\n"
        + "network: [embed: 8, unembed]\nobjective: next-token\n";

    private const string Checker =
        "model: Checker\nfamily: network\ndata: { tokens: { context: 8, padding-token: <pad>, end-token: <end> } }\nnetwork: [embed: 4, "
        + "linear: 1]\nobjective: step-rating\n";

    private static readonly string[] Models =
    [
        Gpt,
        Vae,
        Normed,
        Coloured,
        Game,
        Net,
        Rewriter,
        Reviews,
        Sorter,
        Answering,
        Fills,
        Judge,
        Other,
        Checker,
    ];

    private static readonly (string Recipe, string Error)[] Mistakes =
    [
        // Keys that every recipe has.
        ("", "(1,1): MG1002: the file holds no recipe; it needs at least 'run', 'model' and 'training'"),
        ($"{Names}{Training}---\nrun: Other\n", "(4,1): MG1003: a second YAML document starts here; a file holds one model or one recipe"),
        ("- run\n", "(1,1): MG2005: 'the file' expects a group of keys such as 'run: Name'; found a list"),
        ($"model: Gpt\n{Training}", "(1,1): MG2004: a recipe needs 'run': the recipe's name, which becomes a C# class"),
        ($"run: Long\n{Training}", "(1,1): MG2004: a recipe needs 'model': the model that it trains, whose own spec stays as it is"),
        (
            "run: Long\nmodel: Gpt\n",
            "(1,1): MG2004: a recipe for a model of the family 'transformer' needs 'training': how the model is trained"
        ),
        (
            $"rum: Long\nmodel: Gpt\n{Training}",
            "(1,1): MG2001: 'rum' is not a key of a recipe for a model of the family 'transformer'; did you mean 'run'?"
        ),
        (
            $"run: Long\nmodle: Gpt\n{Training}",
            "(2,1): MG2001: 'modle' is not a key of a recipe for a model of the family 'transformer'; did you mean 'model'?"
        ),
        (
            $"run: long\nmodel: Gpt\n{Training}",
            "(1,6): MG2013: 'long' cannot be the name of a recipe: it becomes a C# class, so it must start with an upper-case letter"
        ),
        ($"run: Long\nmodel: [Gpt]\n{Training}", "(2,8): MG2005: 'model' expects text; found a list"),
        ($"{Names}let: {{ rate: 1e-3 }}\n{Training}", "(3,8): MG2010: 'rate' is never used"),
        (
            $"{Names}let: {{ rate: 1e-3 }}\ntraining: {{ optimizer: {{ adamw: $rat * $rate }}, batch: 16, duration: 2 epochs }}\n",
            "(4,33): MG2009: '$rat' is not defined; did you mean 'rate'?"
        ),
        ($"{Names}{Training}start: runs/gpt\n", "(4,8): MG2002: 'runs/gpt' is not a start; known here: file, run"),
        (
            $"{Names}{Training}start: {{ file: a.safetensors }}\n",
            "(4,8): MG2023: 'file' needs to know how files name the weights of 'Gpt'; say so in its spec, as in 'weights: { layout: "
                + "modelgen }'"
        ),
        (
            $"{Names}{Training}start: {{ run: {{ folder: runs/gpt, new: [embd] }} }}\n",
            "(4,40): MG2037: 'embd' covers no weight of the model 'Gpt'; did you mean 'embed'?"
        ),
        (
            $"{Names}{Training}start: {{ run: {{ folder: runs/gpt, new: ['*'] }} }}\n",
            "(4,8): MG2023: all weights of 'Gpt' are under 'new', so that none is taken from the 'run'; leave 'start' out"
        ),
        ($"{Names}{Training}freeze: [embd]\n", "(4,9): MG2037: 'embd' covers no weight of the model 'Gpt'; did you mean 'embed'?"),
        ($"{Names}{Training}freeze: ['*']\n", "(4,9): MG2023: nothing is left to train in 'Gpt'"),
        ($"{Names}{Training}adapt: {{ lora: 8 }}\n", "(4,8): MG2023: nothing is left to train in 'Gpt'"),
        (
            $"{Names}{Training}adapt: {{ lora: {{ rank: 8, also-train: [embed], base: int8 }} }}\n",
            "(4,8): MG2023: 'base' has no effect, because 'Gpt' has no linear layer to adapt; leave it out"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Training}adapt: {{ dora: {{ rank: 1, base: int4 }} }}\n",
            "(4,33): MG2005: 'dora.base' expects one of float32, int8; found 'int4'; did you mean 'int8'?"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Training}adapt: {{ lora: 8 }}\n",
            "(4,8): MG2023: a change of rank 8 has no fewer numbers than 'linear.weight' itself, which is [2, 4]"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Training}adapt: {{ lora: {{ rank: 1, on: [line] }} }}\n",
            "(4,31): MG2037: 'line' covers no linear layer of the model 'Sorter'; did you mean 'linear'?"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Training}adapt: {{ dora: 1 }}\nfreeze: [linear.bias]\n",
            "(5,9): MG2023: with 'adapt' all weights are frozen but those under its 'also-train'; leave 'freeze' out"
        ),
        (
            $"run: Long\nmodel: Game\ntraining: {{ optimizer: {{ adam: 1e-4 }}, batch: 16, duration: 2 epochs }}\nfreeze: [discriminator]\n",
            "(4,9): MG2023: nothing is left to train in the discriminator of 'Game'"
        ),
        // Weights that learn faster, slower or later.
        ($"{Names}{Paced("rates: { embd: 0.1 }")}", "(7,18): MG2037: 'embd' covers no weight of the model 'Gpt'; did you mean 'embed'?"),
        (
            $"{Names}{Paced("unfreeze: { embd: 1 steps }")}",
            "(7,21): MG2037: 'embd' covers no weight of the model 'Gpt'; did you mean 'embed'?"
        ),
        (
            $"{Names}{Paced("rates: { embed: 0.1, embed.tokens: 0.2 }")}",
            "(7,38): MG2023: 'embed' and 'embed.tokens' under 'rates' both cover 'embed.tokens.weight'; name each weight once"
        ),
        ($"{Names}{Paced("rates: { embed: 0 }")}", "(7,19): MG2006: 'training.rates.embed' is 0; it must be larger than 0"),
        (
            $"{Names}{Paced("rates: { embed: slow }")}",
            "(7,19): MG2005: 'training.rates.embed' expects a number, larger than 0; found 'slow'"
        ),
        ($"{Names}{Paced("rates: {}")}", "(7,10): MG2018: 'training.rates' has no entries; it needs at least one"),
        (
            $"{Names}{Paced("unfreeze: [embed]")}",
            "(7,13): MG2005: 'training.unfreeze' expects texts, each with a length of training such as '2000 steps', '3 epochs', '50k "
                + "tokens', '20k images' or '20k samples'; found a list"
        ),
        (
            $"{Names}{Paced("unfreeze: { embed: 3 images }")}",
            "(4,3): MG2023: 'training' has a length of '3 images', but the data are tokens; count it in steps, epochs or tokens"
        ),
        (
            $"{Names}{Paced("unfreeze: { embed.tokens: 2 epochs }")}",
            "(7,29): MG2023: 'embed.tokens' would begin to learn after 2 epochs, but the run ends after 2 epochs ('duration')"
        ),
        (
            $"{Names}{Paced("unfreeze: { '*': 1 epochs }")}",
            "(7,13): MG2023: nothing learns at the beginning in 'Gpt'; leave some of its weights out of 'unfreeze'"
        ),
        (
            $"run: Long\nmodel: Game\n{Paced("unfreeze: { discriminator: 1 epochs }")}",
            "(7,13): MG2023: nothing learns at the beginning in the discriminator of 'Game'; leave some of its weights out of 'unfreeze'"
        ),
        (
            $"{Names}{Paced("rates: { embed: 0.1 }")}freeze: [embed.tokens]\n",
            "(7,19): MG2023: 'embed.tokens.weight' is under 'rates', but 'freeze' leaves it as it is; leave one of the two out"
        ),
        (
            $"{Names}{Paced("unfreeze: { embed.positions: 1 epochs }")}freeze: [embed.tokens]\n",
            "(7,13): MG2023: nothing learns at the beginning in 'Gpt'; leave some of its weights out of 'unfreeze'"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Paced("rates: { linear.bias: 0.1 }")}adapt: {{ dora: 1 }}\n",
            "(7,25): MG2023: 'linear.bias' is under 'rates', but 'adapt' leaves it as it is; leave one of the two out"
        ),
        (
            $"run: Long\nmodel: Sorter\n{Paced("unfreeze: { linear: 1 epochs }")}adapt: {{ dora: 1 }}\n",
            "(7,13): MG2023: nothing learns at the beginning in 'Sorter'; leave some of its weights out of 'unfreeze'"
        ),
        (
            $"{Names}{Training}reference: runs/gpt\n",
            "(4,1): MG2001: 'reference' is not a key of a recipe for a model of the family 'transformer'; known here: adapt, "
                + "data, freeze, let, model, objective, run, start, summary, training"
        ),
        (
            $"{Names}{Training}sampling: {{ top-k: 3 }}\n",
            "(4,1): MG2001: 'sampling' is not a key of a recipe for a model of the family 'transformer'; known here: adapt, "
                + "data, freeze, let, model, objective, run, start, summary, training"
        ),
        // How to answer.
        (
            $"{OfAnswering}objective: dpo\n{Training}adapt: {{ lora: {{ rank: 1, dropout: 0.1 }} }}\n",
            "(5,8): MG2023: 'dropout' has no effect with 'dpo', which compares the model with what it was before and so trains it without "
                + "dropout; leave it out"
        ),
        (
            $"{Names}objective: dpo\n{Training}",
            "(3,12): MG2004: 'dpo' needs 'data.tokens.end-token': the token that ends an answer, as in end-token: <end>"
        ),
        (
            $"run: Long\nmodel: Fills\nobjective: sft\n{Training}",
            "(3,12): MG2021: self-attention is not causal; under the objective 'sft' it would see the tokens that it should predict"
        ),
        (
            $"{OfAnswering}objective: dpo\ndata: {{ text: corpus }}\n{Training}",
            "(4,7): MG2023: 'text' has nothing that 'dpo' learns from; it reads 'preferences'"
        ),
        (
            $"{OfAnswering}data: {{ preferences: a.jsonl }}\n{Training}",
            "(3,7): MG2023: 'preferences' has nothing that 'next-token' learns from; it reads 'text'"
        ),
        (
            $"{OfAnswering}objective: kto\ndata: {{ answers: a.jsonl }}\n{Training}",
            "(4,7): MG2023: 'answers' has nothing that 'kto' learns from; it reads 'preferences' or 'ratings'"
        ),
        (
            $"run: Long\nmodel: Reviews\ndata: {{ preferences: a.jsonl }}\n{Training}",
            "(3,7): MG2023: 'preferences' has nothing that 'cross-entropy' learns from; it reads 'csv' or 'json-lines' or 'text-folder'"
        ),
        (
            $"{OfAnswering}objective: sft\ndata: {{ answers: {{ file: a.jsonl, template: 'Question: ' }} }}\n{Training}",
            "(4,45): MG2023: 'answers.template' has no '{prompt}', where the prompt goes; write it once"
        ),
        (
            $"{OfAnswering}objective: sft\ndata: {{ answers: {{ file: a.jsonl, template: '{{prompt}} {{prompt}}' }} }}\n{Training}",
            "(4,45): MG2023: 'answers.template' has more than one '{prompt}', where the prompt goes; write it once"
        ),
        (
            $"{OfAnswering}objective: sft\ndata: {{ answers: {{ file: a.jsonl, pack: true }} }}\n{Training}",
            "(4,7): MG2023: 'answers' cannot provide the samples [T] of the model 'Answering': with 'pack' a sample has several "
                + "examples, and each would see those before it; say 'documents: apart' in the model's 'data.tokens'"
        ),
        (
            $"{OfAnswering}objective: ipo\n{Training.Replace("2 epochs", "5k tokens", StringComparison.Ordinal)}",
            "(4,11): MG2023: 'training' has a length of '5000 tokens', but the data are samples; count it in steps, epochs or samples"
        ),
        (
            $"{OfAnswering}objective: {{ dpo: {{ label-smoothing: 0.5 }} }}\n{Training}",
            "(3,38): MG2006: 'dpo.label-smoothing' is 0.5; it must be at least 0 and less than 0.5"
        ),
        (
            $"run: Long\nmodel: Reviews\nobjective: bradley-terry\n{Training}",
            "(3,12): MG2003: the network gives [2]; a network with 'bradley-terry' must give the reward of an answer, [1], as "
                + "'linear: 1' at the end gives. How it got there: network: [T] -> embed [T, 4] -> sequence-pool [4] -> linear [2]"
        ),
        (
            $"run: Long\nmodel: Reviews\nobjective: step-rating\n{Training}",
            "(3,12): MG2003: the network gives [2]; a network with 'step-rating' must give a score for each token, [T, 1], as 'linear: 1' "
                + "at the end gives without a 'sequence-pool' before it. How it got there: network: [T] -> embed [T, 4] -> sequence-pool "
                + "[4] -> linear [2]"
        ),
        (
            $"run: Long\nmodel: Checker\nobjective: bradley-terry\n{Training}",
            "(3,12): MG2003: the network gives [T, 1]; a network with 'bradley-terry' must give a result for a whole text, as a "
                + "'sequence-pool' before its last layers gives. How it got there: network: [T] -> embed [T, 4] -> linear [T, 1]"
        ),
        (
            $"run: Long\nmodel: Checker\ndata: {{ ratings: a.jsonl }}\n{Training}",
            "(3,7): MG2023: 'ratings' has nothing that 'step-rating' learns from; it reads 'steps'"
        ),
        (
            $"run: Long\nmodel: Checker\ndata: {{ steps: {{ file: a.jsonl, separator: '' }} }}\n{Training}",
            "(3,44): MG2006: 'steps.separator' is empty; it must be at least one character"
        ),
        // What is a good answer.
        ($"{OfAnswering}objective: grpo\n{Training}", "(3,12): MG2004: 'grpo' needs 'reward': what answers are trained for"),
        (
            $"{OfAnswering}objective: {{ rloo: {{ reward: {{ patern: a }} }} }}\n{Training}",
            "(3,32): MG2002: 'patern' is not a reward; did you mean 'pattern'?"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ pattern: '(' }} }} }}\n{Training}",
            "(3,41): MG2023: 'pattern.pattern' is no regular expression: Invalid pattern '(' at offset 1. Not enough )'s"
        ),
        (
            $"{OfAnswering}objective: {{ ppo: {{ reward: {{ length: {{ least: 4, most: 3 }} }} }} }}\n{Training}",
            "(3,57): MG2023: 'length.most' is 3, below the 4 of 'least'"
        ),
        (
            $"{OfAnswering}objective: {{ ppo: {{ reward: {{ pattern: a }}, minibatches: 2 }} }}\n{Training}",
            "(3,58): MG2006: 'ppo.minibatches' is 2; it must be at most the number of answers to a prompt, 1"
        ),
        (
            $"{OfAnswering}objective: {{ ppo: {{ reward: {{ pattern: a }}, target-kl: 2, kl-weight: 0 }} }}\n{Training}",
            "(3,70): MG2023: 'ppo.kl-weight' is 0, which 'target-kl' cannot adapt; make it larger"
        ),
        (
            $"{OfAnswering}objective: {{ rloo: {{ reward: {{ pattern: a }} }} }}\ndata: {{ ratings: a.jsonl }}\n{Training}",
            "(4,7): MG2023: 'ratings' has nothing that 'rloo' learns from; it reads 'prompts'"
        ),
        // The model.
        ($"run: Long\nmodel: Gtp\n{Training}", "(2,8): MG2030: 'Gtp' names no model of this project; did you mean 'Gpt'?"),
        ($"run: Long\nmodel: Net\n{Training}", "(3,11): MG2023: 'training' needs an 'objective', which it minimises"),
        // What its family takes.
        (
            $"{Names}training: {{ optimizer: {{ adamw: 1e-4 }}, bacth: 16, batch: 16, duration: 2 epochs }}\n",
            "(3,41): MG2001: 'bacth' is not a key of 'training'; did you mean 'batch'?"
        ),
        (
            $"{Names}training: {{ optimizer: {{ admaw: 1e-4 }}, batch: 16, duration: 2 epochs }}\n",
            "(3,26): MG2002: 'admaw' is not an optimizer; did you mean 'adamw'?"
        ),
        (
            $"{Names}training: {{ optimizer: {{ adamw: 1e-4 }}, batch: 0, duration: 2 epochs }}\n",
            "(3,48): MG2006: 'training.batch' is 0; it must be at least 1"
        ),
        (
            $"{Names}training: {{ optimizer: {{ adamw: fast }}, batch: 4, duration: 2 epochs }}\n",
            "(3,33): MG2005: 'adamw.learning-rate' expects a number, larger than 0; found 'fast'"
        ),
        (
            $"{Names}training: {{ batch: 16, duration: 2 epochs }}\n",
            "(3,11): MG2004: 'training' needs 'optimizer': how a step updates the weights"
        ),
        (
            $"{Names}objective: hinge\n{Training}",
            "(3,12): MG2027: 'hinge' is an objective, but not one that 'objective' takes here; it takes distillation, dpo, grpo, "
                + "ipo, kto, masked-token, next-token, orpo, ppo, rloo, sft, simpo"
        ),
        (
            $"{Names}{Training.Replace("duration", "discriminator: { steps: 2 }, duration", StringComparison.Ordinal)}",
            "(3,52): MG2001: 'discriminator' is not a key of 'training'"
        ),
        (
            $"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ betta: 4 }} }}\n{Training}",
            "(3,22): MG2001: 'betta' is not a key of 'elbo'; did you mean 'beta'?"
        ),
        (
            $"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ reconstruction: {{ laplace: 1 }}, beta: 4 }} }}\n{Training}",
            "(3,12): MG2023: 'reconstruction' is built into the model 'Vae', which has a different one; leave it out here, or change the "
                + "model"
        ),
        // Where the data are.
        ($"{Names}data: {{ txt: docs }}\n{Training}", "(3,9): MG2002: 'txt' is not a data source; did you mean 'text'?"),
        (
            $"{Names}data: {{ tokens: {{ context: 8 }} }}\n{Training}",
            "(3,9): MG2002: 'tokens' is not a data source; known here: answers, preferences, prompts, " + "ratings, text"
        ),
        (
            $"{Names}data: {{ idx: mnist }}\n{Training}",
            "(3,9): MG2027: 'idx' is a data source, but not one that 'data' takes here; it takes answers, preferences, prompts, "
                + "ratings, text"
        ),
        (
            $"{Names}data: text\n{Training}",
            "(3,7): MG2004: 'text' needs 'path': the file, or a folder whose files are all read in order of name"
        ),
        (
            $"{OfReviews}data: {{ json-lines: {{ file: a.jsonl, label: kind, target: stars }} }}\n{Training}",
            "(3,59): MG2023: 'json-lines' has both 'label' and 'target'; a text has a class or numbers to predict, not both"
        ),
        (
            $"{OfReviews}data: {{ csv: {{ file: a.csv, target: stars, label: kind }} }}\n{Training}",
            "(3,37): MG2023: 'csv' has both 'label' and 'target'; a text has a class or numbers to predict, not both"
        ),
        ($"{OfReviews}data: {{ json-lines: '' }}\n{Training}", "(3,21): MG2006: 'json-lines.file' is empty; it must be a path"),
        ($"{OfReviews}data: {{ csv: {{ file: a.csv, test: ' ' }} }}\n{Training}", "(3,35): MG2006: 'csv.test' is empty; it must be a path"),
        ($"{OfReviews}data: {{ text-folder: '' }}\n{Training}", "(3,22): MG2006: 'text-folder.folder' is empty; it must be a path"),
        (
            $"{OfReviews}data: {{ text-folder: {{ test: a }} }}\n{Training}",
            "(3,9): MG2004: 'text-folder' needs 'folder': the folder, each of whose sub-folders is a class"
        ),
        (
            $"{OfReviews}data: {{ text: a }}\n{Training}",
            "(3,9): MG2027: 'text' is a data source, but not one that 'data' takes here; it takes csv, idx, image-folder, json-lines, npy, "
                + "preferences, ratings, safetensors, steps, text-folder"
        ),
        (
            $"run: Long\nmodel: Sorter\ndata: {{ csv: a.csv }}\n{Training}",
            "(3,7): MG2023: 'csv' reads data of the kind 'tokens', but the data of the model 'Sorter' is of the kind 'tensor'"
        ),
        ($"{Names}data: {{ text: ' ' }}\n{Training}", "(3,15): MG2006: 'text.path' is empty; it must be a path"),
        (
            $"{Names}data: {{ text: {{ path: docs, fold: 1 }} }}\n{Training}",
            "(3,29): MG2001: 'fold' is not a key of 'text'; known here: path"
        ),
        (
            $"run: Long\nmodel: Vae\ndata: {{ text: docs }}\n{Training}",
            "(3,9): MG2027: 'text' is a data source, but not one that 'data' takes here; it takes idx, image-folder, npy, safetensors"
        ),
        (
            $"run: Long\nmodel: Coloured\ndata: {{ idx: mnist }}\n{Training}",
            "(3,7): MG2023: 'idx' cannot provide the samples [2, 4, 4] of the model 'Coloured': its images have one channel"
        ),
        (
            $"run: Long\nmodel: Coloured\ndata: {{ image-folder: images }}\n{Training}",
            "(3,7): MG2023: 'image-folder' cannot provide the samples [2, 4, 4] of the model 'Coloured': its images have one channel "
                + "(grey) or three (red, green, blue)"
        ),
        (
            $"run: Long\nmodel: Rewriter\ndata: {{ denoising: docs }}\n{Training}",
            "(3,7): MG2023: 'denoising' cannot provide the samples [T] of the model 'Rewriter': it needs a mask token in the model's "
                + "'data.tokens', as in mask-token: <mask>"
        ),
        (
            $"run: Long\nmodel: Rewriter\ndata: {{ denoising: {{ path: docs, rate: 1 }} }}\n{Training}",
            "(3,40): MG2006: 'denoising.rate' is 1; it must be larger than 0 and less than 1"
        ),
        (
            $"run: Long\nmodel: Rewriter\ndata: {{ text: docs }}\n{Training}",
            "(3,9): MG2027: 'text' is a data source, but not one that 'data' takes here; it takes denoising, text-pairs"
        ),
        // What only the model together with the recipe tells.
        (
            $"run: Long\nmodel: Vae\n{Training.Replace("2 epochs", "50k tokens", StringComparison.Ordinal)}",
            "(3,11): MG2023: 'training' has a length of '50000 tokens', but the data are images; count it in steps, epochs or images"
        ),
        (
            $"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ warmup: 5k tokens }} }}\n{Training}",
            "(3,12): MG2023: 'objective' has a length of '5000 tokens', but the data are images; count it in steps, epochs or images"
        ),
        (
            $"run: Long\nmodel: Normed\n{Training.Replace("16", "1", StringComparison.Ordinal)}",
            "(3,11): MG2023: batch-norm takes its statistics over the whole batch, and 'batch: 1' gives it one sample, which has nothing "
                + "to be compared with; make the batch larger or remove the layer"
        ),
        (
            $"run: Long\nmodel: Normed\n{Training.Replace("16", "16, accumulate: 2", StringComparison.Ordinal)}",
            "(3,11): MG2023: batch-norm takes its statistics over the whole batch, which 'accumulate: 2' would compute in parts, with "
                + "different gradients; remove one of the two"
        ),
        (
            $"{Names}{Training.Replace("16", "16, accumulate: 17", StringComparison.Ordinal)}",
            "(3,11): MG2023: 'accumulate: 17' splits the batch into more parts than its 16 samples; make the batch larger or use fewer "
                + "parts"
        ),
        (
            $"{Names}{Training.Replace("adamw", "muon", StringComparison.Ordinal)}",
            "(3,24): MG2026: 'muon' has no effect: it trains the matrices of linear layers and convolutions, and there are none here; use "
                + "another optimizer"
        ),
        (
            $"{Names}{Training.Replace("batch", "schedule: { cosine: { floor: 1e-3 } }, batch", StringComparison.Ordinal)}",
            "(3,70): MG2006: 'cosine.floor' is 0.001; it must be at most 0.0001, the learning rate of 'training.optimizer'"
        ),
        (
            $"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ beta: 0, warmup: 5 steps }} }}\n{Training}",
            "(3,39): MG2026: 'elbo.warmup' has no effect: with 'beta: 0' the KL term does not count"
        ),
        (
            $"run: Long\nmodel: Game\nobjective: wasserstein\n{Training}",
            "(3,12): MG2023: 'wasserstein' with a penalty on gradients cannot train in float16, in which they vanish; write "
                + "'precision: bfloat16'"
        ),
        // Models that a recipe uses besides the one that it trains.
        (
            $"{Names}objective: {{ distillation: {{ teacher: Gtp, run: a }} }}\n{Training}",
            "(3,39): MG2030: 'Gtp' names no model of this project; did you mean 'Gpt'?"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: [Gpt], run: a }} }}\n{Training}",
            "(3,39): MG2005: 'distillation.teacher' expects the name of a model of the project, with its namespace if several have that "
                + "name; found a list"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Gpt }} }}\n{Training}",
            "(3,14): MG2004: 'distillation' needs 'run': the folder of the run that trained the teacher, relative to the one that the "
                + "program runs in"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Vae, run: a }} }}\n{Training}",
            "(3,39): MG2023: the model 'Vae' does not predict the next token from those before it"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Fills, run: a }} }}\n{Training}",
            "(3,39): MG2023: the model 'Fills' does not predict the next token from those before it"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Answering, run: a }} }}\n{Training}",
            "(3,39): MG2023: the model 'Answering' has a vocabulary of 257 and 'Gpt' one of 256; both need the same tokens"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Other, run: a }} }}\n{Training}",
            "(3,39): MG2023: the model 'Other' has the tokenizer 'characters' and 'Gpt' another; both need the same tokens"
        ),
        (
            $"{Names}objective: {{ distillation: {{ teacher: Gpt, run: '' }} }}\n{Training}",
            "(3,49): MG2006: 'objective.distillation.run' is empty; it must be a path"
        ),
        (
            $"run: Long\nmodel: Reviews\nobjective: {{ class-distillation: {{ teacher: Judge, run: a }} }}\n{Training}",
            "(3,45): MG2023: the model 'Judge' is no classifier; its 'objective' must be 'cross-entropy'"
        ),
        (
            $"run: Long\nmodel: Reviews\nobjective: {{ class-distillation: {{ teacher: Sorter, run: a }} }}\n{Training}",
            "(3,45): MG2023: the model 'Sorter' reads other data than 'Reviews'; both need the same"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ model: {{ model: Judge, run: a, template: Q }} }} }} }}\n{Training}",
            "(3,73): MG2023: 'model.template' has no '{prompt}', where the prompt goes; write it once"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ model: {{ model: Reviews, run: a }} }} }} }}\n{Training}",
            "(3,48): MG2023: the model 'Reviews' does not learn what answers are worth; its 'objective' must be 'bradley-terry' or "
                + "'rating-error'"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ model: {{ model: Checker, run: a }} }} }} }}\n{Training}",
            "(3,48): MG2023: the model 'Checker' does not learn what answers are worth; its 'objective' must be 'bradley-terry' or "
                + "'rating-error'"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ process: {{ model: Judge, run: a }} }} }} }}\n{Training}",
            "(3,50): MG2023: the model 'Judge' does not learn which steps are right; its 'objective' must be 'step-rating'"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ process: {{ model: Checker, run: a, separator: '' }} }} }} }}\n{Training}",
            "(3,78): MG2006: 'process.separator' is empty; it must be at least one character"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ process: {{ model: Checker, run: a, combine: mean }} }} }} }}\n{Training}",
            "(3,76): MG2005: 'process.combine' expects one of product, minimum; found 'mean'"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ class: {{ model: Judge, run: a, label: b }} }} }} }}\n{Training}",
            "(3,48): MG2023: the model 'Judge' is no classifier of texts, a network of tokens with the objective 'cross-entropy'"
        ),
        (
            $"{OfAnswering}objective: {{ grpo: {{ reward: {{ own: two words }} }} }}\n{Training}",
            "(3,37): MG2005: 'own.type' expects the name of a class, with its namespace: Acme.Mixer; found 'two words'"
        ),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Mistakes.Length)];

    public static TheoryData<string> Every => [.. EveryRecipe.Names];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void AMistakeIsTheOnlyThingReported(int number) =>
        Assert.Equal([Mistakes[number].Error], Recipe.Errors(Mistakes[number].Recipe, Models));

    [Fact]
    public void OfSeveralWordsOfDataTheOneThatIsMeantIsAsked()
    {
        Assert.Equal(
            [
                "(3,9): MG2001: 'path' is not a key of 'data'; it takes one word, here 'txt'",
                "(3,21): MG2002: 'txt' is not a data source; did you mean 'text'?",
            ],
            Recipe.Errors($"{Names}data: {{ path: docs, txt: more }}\n{Training}", Models)
        );
        Assert.Equal(
            ["(3,28): MG2001: 'flip' is not a key of 'data'; it belongs inside the braces, as in image-folder: { flip: … }"],
            Recipe.Errors($"run: Long\nmodel: Vae\ndata: {{ image-folder: all, flip: true }}\n{Training}", Models)
        );
        Assert.Equal(
            [
                "(3,9): MG2002: 'image-foldr' is not a data source; did you mean 'image-folder'?",
                "(3,27): MG2001: 'flip' is not a key of 'data'; it takes one word, here 'image-foldr'",
            ],
            Recipe.Errors($"run: Long\nmodel: Vae\ndata: {{ image-foldr: all, flip: true }}\n{Training}", Models)
        );
    }

    [Fact]
    public void AllMistakesAreReportedAtOnce() =>
        Assert.Equal(
            ["(1,6): MG2013", "(3,1): MG2001", "(4,12): MG2002", "(5,33): MG2006", "(5,46): MG2005"],
            Recipe
                .Errors(
                    "run: long\nmodel: Gpt\nstrat: 1\nobjective: next-tokn\ntraining: { optimizer: { adamw: -1 }, batch: many, "
                        + "duration: 2 epochs }\n",
                    Gpt
                )
                .Select(error =>
                    error[..error.IndexOf(": MG", StringComparison.Ordinal)] + error[error.IndexOf(": MG", StringComparison.Ordinal)..][..8]
                )
        );

    [Fact]
    public Task ItsClassIsAsVerified() =>
        Snapshot.Match(
            Recipe.Code(
                "run: Strong\nmodel: Vae\nsummary: Weighs <the> KL term.\nlet: { beta: 2 }\nobjective: { elbo: { beta: 2 * $beta, "
                    + "warmup: 1 epochs } }\ntraining: { optimizer: { adamw: 1e-4 }, schedule: { cosine: { warmup: 10 steps } }, batch: "
                    + "16, duration: 2 epochs }\n",
                Vae
            ),
            "cs"
        );

    [Theory]
    [InlineData(
        Gpt,
        "text: docs",
        "TextSource Data { get; } = new global::ModelGen.Data.TextSource { Path = \"docs\" };",
        "TokenDataset ReadData(global::Example.Models.Gpt model",
        "Data.Read(model.CreateTokenizer, model.ContextLength, Training.",
        "TextRun<global::Example.Models.Gpt> Run { get; } = new()",
        "Sampling = global::Example.Models.Gpt.Sampling,"
    )]
    [InlineData(
        Gpt,
        "text: 'a\"\\é'",
        "TextSource { Path = \"a\\u0022\\u005c\\u00e9\" };",
        "TokenDataset ReadData(",
        "model.CreateTokenizer"
    )]
    [InlineData(
        Vae,
        "image-folder: { folder: a, test: b, flip: true }",
        "ImageFolderSource { Folder = \"a\", Test = \"b\", HorizontalFlip = true, CropPadding = 0 };",
        "SampleDataset ReadData(global::Example.Models.Vae model",
        "Data.Read(model.SampleShape, Training.Validation.Fraction, device ?? model.Device, progress, cancellation);",
        "SampleRun<global::Example.Models.Vae> Run { get; } = new()",
        "CreateObjective = CreateObjective,"
    )]
    [InlineData(
        Vae,
        "idx: mnist",
        "IdxSource { Folder = \"mnist\", HorizontalFlip = false, CropPadding = 0 };",
        "SampleDataset ReadData(",
        "Data.Read(model.SampleShape, "
    )]
    public void ItsDataBecomeARecordThatReadsThem(string model, string source, params string[] wanted)
    {
        var code = Recipe.Code($"run: Long\nmodel: {(model == Gpt ? "Gpt" : "Vae")}\ndata: {{ {source} }}\n{Training}", model);

        Assert.All(wanted, part => Assert.Contains(part, code, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Data")]
    [InlineData("ReadData")]
    [InlineData("Run")]
    public void ItCannotHaveTheNameOfAMemberOfItsClass(string name) =>
        Assert.Equal(
            $"(1,6): MG2013: '{name}' cannot be the name of a recipe: generated classes have a member of that name",
            Recipe.Errors($"run: {name}\nmodel: Gpt\n{Training}", Gpt).Single()
        );

    [Fact]
    public void ThePagesDataAreOnesThatARecipeTakes()
    {
        var lines = Repository
            .Read("docs/recipes.md")
            .Split('\n')
            .Where(static line => line.StartsWith("  data: {", StringComparison.Ordinal))
            .Select(static line => line.Trim())
            .ToList();

        Assert.Equal(3, lines.Count);
        Assert.All(lines, static line =>
            Recipe.Code(
                $"run: Long\nmodel: {(line.Contains("text", StringComparison.Ordinal) ? "Gpt" : "Vae")}\n{line}\n{Training}",
                line.Contains("text", StringComparison.Ordinal) ? Gpt : Vae
            )
        );
    }

    [Fact]
    public void WithoutDataItReadsNone() =>
        Assert.DoesNotContain("Data { get; }", Recipe.Code(Names + Training, Gpt), StringComparison.Ordinal);

    [Fact]
    public void WithoutAnObjectiveItHasTheModelsOwn()
    {
        var code = Recipe.Code(Names + Training, Gpt);

        Assert.Contains(
            "CreateObjective(global::Example.Models.Gpt model, global::ModelGen.Data.TokenDataset data) => model.CreateObjective(data);",
            code,
            StringComparison.Ordinal
        );
        Assert.Contains("BatchSize = 16,", code, StringComparison.Ordinal);
        Assert.DoesNotContain("Sampling", code, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheModelHasBuiltInMayBeSaidAgain() =>
        Assert.Equal(
            Recipe.Code($"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ beta: 4 }} }}\n{Training}", Vae),
            Recipe.Code($"run: Long\nmodel: Vae\nobjective: {{ elbo: {{ reconstruction: bernoulli, beta: 4 }} }}\n{Training}", Vae)
        );

    [Fact]
    public void AModelOfFloat16ScalesLosses() =>
        Assert.Contains(
            "LossScaling = true,",
            Recipe.Code($"run: Long\nmodel: Game\nobjective: least-squares\n{Training}", Game),
            StringComparison.Ordinal
        );

    [Fact]
    public void AModelIsFoundWithItsNamespaceAsWell()
    {
        var (one, two) = (Recipe.Model(Gpt), Recipe.Model(Gpt) with { Namespace = "Other" });

        Assert.Equal(
            "'Gpt' names several models of this project; write 'Example.Models.Gpt' or 'Other.Gpt'",
            Assert.Single(RecipeCompiler.Compile(Names + Training, [one, two], "A").Diagnostics).Message
        );
        Assert.Contains(
            "global::Other.Gpt model",
            RecipeCompiler.Compile($"run: Long\nmodel: Other.Gpt\n{Training}", [one, two], "A").Code,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void AnInternalModelHasAnInternalRecipe() =>
        CSharpCheck.AreClean([
            Tests.Spec.Sources(Gpt).SourceMap,
            Tests.Spec.Code(Gpt).Replace("public sealed partial class Gpt", "internal sealed partial class Gpt", StringComparison.Ordinal),
            RecipeCompiler.Compile(Names + Training, [Recipe.Model(Gpt) with { Accessibility = "internal" }], "A").Code!,
            RecipeCompiler
                .Generate(
                    RecipeCompiler.Choose(RecipeCompiler.Parse(Names + Training), [Recipe.Model(Gpt) with { Accessibility = "internal" }]),
                    "B",
                    "public"
                )
                .Code!,
        ]);

    // The model's own file tells what is wrong with it.
    [Theory]
    [InlineData("network: [embed: 8, unembed]", "network: [embed: 8, lineer: 3, unembed]")]
    [InlineData("network: [embed: 8, unembed]", "network: [embed: 8, linear: 0, unembed]")]
    [InlineData("network: [embed: 8, unembed]", "network: [embed: 8, linear: 9]")]
    [InlineData("network: [embed: 8, unembed]", "network: [embed: 8, self-attention: { heads: 2 }, unembed]")]
    [InlineData("network: [embed: 8, unembed]", "initialiser: { normal: 0.1 }\nnetwork: [layer-norm, unembed]")]
    [InlineData("network: [embed: 8, unembed]", "")]
    [InlineData("objective: next-token", "objective: next-tokn")]
    [InlineData("objective: next-token\n", "")]
    [InlineData("batch: 2", "batch: 2, accumulate: 20")]
    [InlineData("data: { tokens: { context: 8 } }", "data: { tokens: 8, tokens: 9 }")]
    [InlineData("family: transformer", "family: zzzzzzzzzzzzzzzzzz")]
    [InlineData("model: Gpt", "model: gpt")]
    [InlineData("model: Gpt", "model: [")]
    public void ABrokenModelIsNoMistakeOfItsRecipe(string old, string @new)
    {
        var broken = Gpt.Replace(old, @new, StringComparison.Ordinal);
        Assert.NotEmpty(Tests.Spec.Errors(broken));
        Assert.Empty(Recipe.Errors(Names + Training, broken));
        Assert.Empty(Recipe.Errors($"{Names}objective: next-token\n{Training}", broken));
        Assert.Equal(["(3,1): MG2001"], Recipe.Errors($"{Names}strat: 1\n{Training}", broken).Select(error => error[..13]));
    }

    [Fact]
    public void TheRecipeOfABrokenModelIsCheckedAsFarAsItCanBe() =>
        Assert.Equal(
            [
                "(3,12): MG2002: 'next-tokn' is not an objective; did you mean 'next-token'?",
                "(4,11): MG2023: 'training' has a length of '2000 images', but the data are tokens; count it in steps, epochs or tokens",
                "(4,26): MG2002: 'admaw' is not an optimizer; did you mean 'adamw'?",
            ],
            Recipe
                .Errors(
                    $"{Names}objective: next-tokn\ntraining: {{ optimizer: {{ admaw: 1e-4 }}, batch: 16, duration: 2000 images }}\n",
                    Gpt.Replace("embed: 8", "embed: 8, lineer: 2", StringComparison.Ordinal)
                )
                .Concat(
                    Recipe.Errors(
                        $"{Names}{Training.Replace("2 epochs", "2000 images", StringComparison.Ordinal)}",
                        Gpt.Replace("embed: 8", "embed: 8, lineer: 2", StringComparison.Ordinal)
                    )
                )
                .Select(error => error.Replace("(3,11)", "(4,11)", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Distinct()
        );

    // The same mistake in both: each file has its own.
    [Fact]
    public void WhatIsWrongWithTheModelsOwnTrainingIsStillWrongInARecipe() =>
        Assert.Equal(
            ["(3,11): MG2023"],
            Recipe
                .Errors(
                    $"run: Long\nmodel: Normed\n{Training.Replace("16", "1", StringComparison.Ordinal)}",
                    Normed + Training.Replace("16", "1", StringComparison.Ordinal)
                )
                .Select(error => error[..14])
        );

    [Theory]
    [MemberData(nameof(Every))]
    public void EveryWordTrainsAsItDoesInItsModel(string name)
    {
        var recipe = SpecText.Parse(EveryRecipe.Text(name));
        var model = EveryRecipe.Models.Single(candidate =>
            candidate.Name == ((SpecText.Word)recipe.Keys.Single(key => key.Name == "model").Value).Text
        );
        // Outside a namespace its names are full, as those of recipes are.
        var own = SpecCompiler.Generate(model.Spec!, null).Code!.Model.Split('\n');
        var code = RecipeCompiler.Compile(EveryRecipe.Text(name), EveryRecipe.Models, Tests.Spec.Namespace).Code!.Split('\n');

        // Every line of the options, and the expression that makes the objective.
        var start = Array.FindIndex(code, line => line.Contains(" Training { get; }", StringComparison.Ordinal));
        var options = code.Skip(start).TakeWhile(line => line.Trim() != "};").ToList();
        Assert.True(options.Count > 4);
        Assert.All(options, line => Assert.Contains(line, own));
        if (
            recipe.Keys.Any(key =>
                key.Name == "objective"
                && ModelGen
                    .Compiler.Language.Catalogue.Of<Objective>()
                    .Any(goal => goal.IsOfRecipes && EveryRecipe.Text(name).Contains($"{goal.Word}:", StringComparison.Ordinal))
            )
        )
        {
            return; // no model has one of these as its own
        }

        var made = Assert
            .Single(code, line => line.Contains("CreateObjective(", StringComparison.Ordinal))
            .Split("=> ")[1]
            .Replace("(model, ", "(this, ", StringComparison.Ordinal);
        Assert.Contains(own, line => line.EndsWith(made, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryRecipeCompilesWithoutAWarning() =>
        CSharpCheck.AreClean(
            EveryRecipe
                .Specs.SelectMany(spec => Tests.Spec.Sources(spec) is var sources ? new[] { sources.Model, sources.SourceMap } : [])
                .Concat(
                    EveryRecipe.Names.Select(
                        (name, i) =>
                            RecipeCompiler
                                .Compile(EveryRecipe.Text(name), EveryRecipe.Models, FormattableString.Invariant($"Space{i}"))
                                .Code!
                    )
                )
        );

    // A number, or the number of a length.
    [Theory]
    [MemberData(nameof(Every))]
    public void EveryNumberThatIsChangedHasAnEffectOrIsAMistake(string name)
    {
        var recipe = SpecText.Parse(EveryRecipe.Text(name));
        var before = RecipeCompiler.Compile(recipe.Write(), EveryRecipe.Models, "A").Code;
        Assert.NotNull(before);
        var count = 0;
        foreach (
            var key in recipe
                .All()
                .OfType<SpecText.Key>()
                .Where(key => key.Value is SpecText.Word word && Number().IsMatch(word.Text))
                .ToList()
        )
        {
            var right = key.Value;
            key.Value = new SpecText.Word(
                Number()
                    .Replace(((SpecText.Word)right).Text, match =>
                        (double.Parse(match.Value, CultureInfo.InvariantCulture) * 0.5).ToString(CultureInfo.InvariantCulture)
                    )
            );
            var compiled = RecipeCompiler.Compile(recipe.Write(), EveryRecipe.Models, "A");
            Assert.True(
                compiled.Code is null
                    ? compiled.Diagnostics.Any(diagnostic =>
                        diagnostic.Span.Line == key.Lines.First || diagnostic.Message.Contains($"'{key.Name}'", StringComparison.Ordinal)
                    )
                    : compiled.Code != before,
                $"{key} of {name}"
            );
            key.Value = right;
            count++;
        }

        Assert.True(count >= 3);
    }

    // A recipe trains the model as it is: no objective makes another one of it.
    [Theory]
    [MemberData(nameof(Every))]
    public void NoObjectiveChangesTheModel(string name)
    {
        var recipe = SpecText.Parse(EveryRecipe.Text(name));
        var family = EveryRecipe.FamilyOf(recipe);
        var spec = EveryRecipe
            .Models.Single(candidate => candidate.Name == ((SpecText.Word)recipe.Keys.Single(key => key.Name == "model").Value).Text)
            .Spec!;
        var objective = family.RecipeParameters.Single(parameter => parameter.Name == "objective");
        var prints = objective
            .AllowedWords.Select(word =>
                RecipeCompiler.Choose(
                    RecipeCompiler.Parse($"run: R\nmodel: {spec.Name}\nobjective: {word.Word}\n{Training}"),
                    EveryRecipe.Models
                )
            )
            .Select(chosen => chosen.Spec!.Arguments!.Value(objective))
            .Where(value => value is not null)
            .Select(value =>
                Print(
                    spec with
                    {
                        Arguments = spec.Arguments.With(
                            family.Parameters.Single(parameter => parameter == objective || parameter.InRecipes == objective),
                            WithBuiltIn((ModelGen.Compiler.Language.IConfigured)value!, objective, spec)
                        ),
                    }
                )
            )
            .OfType<string>()
            .ToList();

        Assert.NotEmpty(prints);
        Assert.All(prints, print => Assert.Equal(Print(spec), print));

        static object WithBuiltIn(
            ModelGen.Compiler.Language.IConfigured value,
            ModelGen.Compiler.Language.Parameter objective,
            ModelSpec spec
        )
        {
            var own = (ModelGen.Compiler.Language.IConfigured)
                spec.Arguments.Value(
                    spec.Family.Parameters.Single(parameter => parameter == objective || parameter.InRecipes == objective)
                )!;
            var arguments = value
                .Definition.Parameters.Where(part => part.Recipe == ModelGen.Compiler.Language.RecipeUse.Fixed)
                .Aggregate(value.Arguments, (all, part) =>
                    all.With(part, own.Arguments.Value(own.Definition.Parameters.Single(same => same.Name == part.Name)))
                );
            return ((ModelGen.Compiler.Language.WordForm)objective.Form).Value(value.Definition, arguments);
        }

        // An objective that the model cannot have makes none.
        static string? Print(ModelSpec spec) => Family.Of(spec).Build(spec, []) is { } model ? ModelFacts.Of(model).Fingerprint : null;
    }

    [Fact]
    public void EqualRecipesAreEqualHoweverTheyAreLaidOut()
    {
        var one = RecipeCompiler.Parse(Names + Training).For(null);
        var two = RecipeCompiler.Parse($"# A comment.\n{Training}\nmodel:   Gpt\nrun: 'Long'\n").For(null);

        Assert.Equal(one.Spec, two.Spec);
        Assert.NotEqual(one.Places, two.Places);
        Assert.All(RecipeCompiler.Families, family =>
            Assert.Equal(
                RecipeCompiler.Parse(Names + Training).For(family).Spec,
                RecipeCompiler.Parse($"\n{Names}\n{Training}").For(family).Spec
            )
        );
        Assert.NotEqual(
            RecipeCompiler.Parse(Names + Training).For(RecipeCompiler.Families[0]).Spec,
            RecipeCompiler.Parse(Names + Training.Replace("16", "17", StringComparison.Ordinal)).For(RecipeCompiler.Families[0]).Spec
        );
    }

    [Fact]
    public void FaultOfTheCompilerIsReportedAtTheFile()
    {
        var broken = Recipe.Model(Gpt);
        var chosen = RecipeCompiler.Choose(RecipeCompiler.Parse(Names + Training), [broken]);
        var generated = RecipeCompiler.Generate(
            chosen with
            {
                Model = broken with { Spec = broken.Spec! with { Arguments = null! } },
            },
            null
        );

        Assert.Null(generated.Code);
        Assert.StartsWith(
            "ModelGen failed on this file: ",
            Assert.Single(RecipeCompiler.Diagnostics(RecipeCompiler.Parse(Names + Training).For(null), generated)).Message,
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex(@"^[0-9][0-9.e-]*(?=$| [a-zA-Z]+$)")]
    private static partial Regex Number();
}
