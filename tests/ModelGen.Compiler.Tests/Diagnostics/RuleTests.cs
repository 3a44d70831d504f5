using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Diagnostics;

/// <summary>A spec for each mistake, and what a person is told about it.</summary>
public sealed partial class RuleTests
{
    private const string Sequence = "model: M\nfamily: network\ndata: { tensor: [5, 8] }\nnetwork:\n  - ";
    private const string Head = "model: M\nfamily: network\ndata: { tensor: [4, 9] }\n";

    private const string Text = "model: M\nfamily: network\ndata: { tokens: { context: 12, ";

    private const string Gpt = "model: M\nfamily: transformer\ndata: { tokens: { context: 16 } }\nobjective: next-token\n";

    private const string Image = "model: M\nfamily: vae\ndata: { image: [1, 6, 6] }\nlatent: 3\nobjective: { elbo: bernoulli }\n";

    private const string Grid =
        "model: M\nfamily: vq-vae\ndata: { image: [1, 6, 6] }\ncodebook: { codes: 8 }\nobjective: { vector-quantised: bernoulli }\n";

    private const string Game = "model: M\nfamily: gan\ndata: { image: [1, 6, 6] }\nlatent: 3\nobjective: hinge\n";

    private const string Halves = "encoder: [flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\n";

    private const string Players = "generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\n";

    private static readonly string Families = string.Join(", ", Catalogue.Of<Family>().Select(family => family.Word));

    private static readonly (string Spec, string Error)[] Mistakes =
    [
        ("model: [1", "(1,9): MG1001: the file is not valid YAML: ',' or ']' is missing before this"),
        (
            "model: M\n family: x\n",
            "(2,8): MG1001: the file is not valid YAML: this line is indented further than the one before, so that it goes on with its value; indent both alike"
        ),
        (
            $"{Head}network:\n  - linear: 4\n  - relu\n\t- linear: 2\n",
            "(7,1): MG1001: the file is not valid YAML: a tab is used for indentation; YAML takes only spaces"
        ),
        (
            "model: M\n\tfamily: network\n",
            "(2,1): MG1001: the file is not valid YAML: a tab is used for indentation; YAML takes only spaces"
        ),
        (
            "# nothing yet\n",
            "(1,1): MG1002: the file holds no model; it needs at least 'model', 'family' and the keys that the family requires"
        ),
        (
            $"{Head}network: [relu]\n---\nmodel: N\n",
            "(5,1): MG1003: a second YAML document starts here; a file holds one model or one recipe"
        ),
        (
            $"{Head}network: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "(4,73): MG1004: this is nested more than 64 levels deep"
        ),
        ($"{Head}let: {{ a: &b 1 }}\nnetwork: [linear: $a]\n", "(4,11): MG1005: '&b' is a YAML anchor or alias, which specs do not allow"),
        ($"{Head}network: !list [relu]\n", "(4,10): MG1006: '!list' is a YAML tag, which specs do not allow"),
        ($"{Head}[network, layers]: [relu]\nnetwork: [relu]\n", "(4,1): MG1007: a key must be a word; found a list"),
        ($"{Head}network: [relu]\nnetwork: [gelu]\n", "(5,1): MG1008: 'network' is already given on line 4"),
        (
            new string('#', 1_000_001),
            "(1,1): MG1009: the file cannot be read as text: it has 1,000,001 characters; a spec may have at most 1,000,000"
        ),
        (
            $"{Head}netwrok: [relu]\nnetwork: [relu]\n",
            "(4,1): MG2001: 'netwrok' is not a key of a model of the family 'network'; did you mean 'network'?"
        ),
        (
            $"model: M\nfamliy: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(2,1): MG2001: 'famliy' is not a key of a model of the family 'network'; did you mean 'family'?"
        ),
        (
            $"modle: M\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,1): MG2001: 'modle' is not a key of a model of the family 'network'; did you mean 'model'?"
        ),
        (
            $"{Head}network:\n  - conv: {{ channels: 2, kernel: 3, pading: 1 }}\n",
            "(5,37): MG2001: 'pading' is not a key of 'conv'; did you mean 'padding'?"
        ),
        ($"{Head}network:\n  - relu: {{ slope: 1 }}\n", "(5,13): MG2001: 'slope' is not a key of 'relu'; it takes none"),
        (
            $"{Head}network:\n  - repeat: {{ times: 2, layers: [gelu] }}\n    layers: [relu]\n",
            "(5,25): MG2001: 'layers' is not a key of 'repeat'; it belongs beside the word, not inside its braces"
        ),
        (
            $"{Head}network:\n  - repeat: {{ times: 2, layers: [gelu] }}\n",
            "(5,25): MG2001: 'layers' is not a key of 'repeat'; it belongs beside the word, not inside its braces"
        ),
        (
            $"{Head}network:\n  - linear: {{ features: 2, as: out }}\n",
            "(5,28): MG2001: 'as' is not a key of 'linear'; it belongs beside the word, not inside its braces"
        ),
        (
            $"{Head}network:\n  - {{ linear: 2, bias: false }}\n",
            "(5,18): MG2001: 'bias' is not a key of 'linear'; it belongs inside the braces, as in linear: { bias: … }"
        ),
        (
            $"{Head}network:\n  - {{ relu: , gelu: }}\n",
            "(5,15): MG2001: 'gelu' is not a key of 'relu'; each layer is a separate list entry"
        ),
        ($"{Head}sampling: {{ top-k: 3 }}\nnetwork: [relu]\n", "(4,1): MG2001: 'sampling' is not a key of a model of the family 'network'"),
        (
            $"{Head}network: [relu]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 9 steps }}\n",
            "(5,11): MG2023: 'training' needs an 'objective', which it minimises"
        ),
        (
            $"{Head}network: [relu]\nmetrics: ModelGen.Losses.TopAccuracy\n",
            "(5,10): MG2023: 'metrics' needs an 'objective', whose validation reports them"
        ),
        (
            $"{Head}outputs: [seen]\nnetwork: [{{ relu: , as: seen }}]\nobjective: mean-squared-error\n",
            "(6,12): MG2023: 'objective' is for networks of one tensor in and one out, and this one has 'outputs'; remove one of the two"
        ),
        (
            "model: M\nfamily: network\ndata: { tokens: { context: 4 } }\nnetwork: [embed: 3]\nobjective: mean-squared-error\n",
            "(4,11): MG2003: the network gives [T, 3]; a network with 'mean-squared-error' must give a result for a whole text, as a "
                + "'sequence-pool' before its last layers gives. How it got there: network: [T] -> embed [T, 3]"
        ),
        (
            $"{Text}padding-token: x }} }}\nnetwork: [embed: 8, sequence-pool, linear: 2]\nobjective: cross-entropy\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, "
                + "batch: 4, duration: 5k tokens }\n",
            "(6,11): MG2023: 'training' has a length of '5000 tokens', but the data are samples; count it in steps, epochs or samples"
        ),
        (
            $"{Head}network: [flatten, linear: 1]\nobjective: cross-entropy\n",
            "(4,20): MG2003: the network gives [1]; a network with 'cross-entropy' must give a score for each of several classes, "
                + "[classes]. How it got there: network: [4, 9] -> flatten [36] -> linear [1]"
        ),
        (
            "model: M\nfamily: network\ndata: { tensor: { shape: [4], range: [1, -1] } }\nnetwork: [relu]\n",
            "(3,7): MG2023: 'range' is the minimum and then the maximum, but 1 is not less than -1"
        ),
        (
            "model: M\nfamily: vae\ndata: { tensor: [4] }\nlatent: 2\nencoder: [relu]\ndecoder: [linear: 4]\nobjective: { elbo: "
                + "bernoulli }\n",
            "(7,12): MG2023: 'bernoulli' needs values from 0 to 1; write 'range: [0, 1]' if the data has them, or use another likelihood, "
                + "such as 'gaussian'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 10 steps, lr: 1 }}\n",
            "(6,71): MG2001: 'lr' is not a key of 'training'"
        ),
        (
            $"{Head}data2: 1\nnetwork: [relu]\n",
            "(4,1): MG2001: 'data2' is not a key of a model of the family 'network'; did you mean 'data'?"
        ),
        ($"{Head}network:\n  - lineer: 4\n", "(5,5): MG2002: 'lineer' is not a layer or block; did you mean 'linear'?"),
        ($"{Head}network:\n  - decoder-block\n", "(5,5): MG2002: 'decoder-block' is not a layer or block"),
        (
            $"model: M\nfamily: netwrk\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(2,9): MG2002: 'netwrk' is not a family; did you mean 'network'?"
        ),
        (
            $"model: M\nfamily: network\ndata: {{ text: 4 }}\nnetwork: [relu]\n",
            "(3,9): MG2002: 'text' is not a kind of data; known here: image, tensor, tokens"
        ),
        (
            $"{Head}initialiser: {{ normall: 0.1 }}\nnetwork: [linear: 4]\n",
            "(4,16): MG2002: 'normall' is not an initialiser; did you mean 'normal'?"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ admaw: 1e-3 }}, batch: 4, duration: 10 steps }}\n",
            "(6,26): MG2002: 'admaw' is not an optimizer; did you mean 'adamw'?"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 10 stpes }}\n",
            "(6,64): MG2002: 'stpes' is not a unit of training length; did you mean 'steps'?"
        ),
        (
            $"{Gpt}network: [embed: 8, linear: 16, relu]\n",
            "(5,33): MG2003: the network gives [T, 16]; a transformer must give scores [T, vocabulary] = [T, 256]. How it got "
                + "there: network: [T] -> embed [T, 8] -> linear [T, 16] -> relu"
        ),
        (
            $"{Image}encoder: [relu]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\n",
            "(6,11): MG2003: the encoder gives [1, 6, 6]; a vae must give features [n], such as 'flatten' makes of any shape. How "
                + "it got there: encoder: [1, 6, 6] -> relu"
        ),
        (
            $"{Image}encoder: [flatten]\ndecoder: [linear: 25, reshape: [1, 5, 5]]\n",
            "(7,23): MG2003: the decoder gives [1, 5, 5]; the decoder of a vae must give the data's shape [1, 6, 6]. How it got "
                + "there: decoder: [3] -> linear [25] -> reshape [1, 5, 5]"
        ),
        (
            $"{Image}condition: {{ classes: 4 }}\nencoder: [flatten]\ndecoder: [linear: 36, reshape: [4, 3, 3], conv-transpose: "
                + "{ channels: 1, kernel: 3, stride: 2 }]\n",
            "(8,43): MG2003: the decoder gives [1, 7, 7]; the decoder of a vae must give the data's shape [1, 6, 6]. How it got "
                + "there: decoder: [7] -> linear [36] -> reshape [4, 3, 3] -> conv-transpose [1, 7, 7]"
        ),
        (
            $"{Image}condition: {{ classes: 4 }}\nencoder: [{{ conv: {{ channels: 5, kernel: 1, groups: 2 }} }}, "
                + "flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\n",
            "(7,53): MG2006: 'conv.groups' is 2; it must be a divisor of both the 5 input channels and the 5 output channels"
        ),
        (
            $"{Grid}encoder: [flatten, linear: 4]\ndecoder: [conv: {{ channels: 1, kernel: 1 }}]\n",
            "(6,20): MG2003: the encoder gives [4]; a vq-vae must give a grid of vectors [n, …]. How it got there: encoder: [1, "
                + "6, 6] -> flatten [36] -> linear [4]"
        ),
        (
            $"{Grid}encoder: [conv: {{ channels: 3, kernel: 2, stride: 2 }}]\ndecoder: [conv: {{ channels: 1, kernel: 1 }}]\n",
            "(7,11): MG2003: the decoder gives [1, 3, 3]; the decoder of a vq-vae must give the data's shape [1, 6, 6]. How it "
                + "got there: encoder: [1, 6, 6] -> conv [3, 3, 3] -> decoder: [3, 3, 3] -> conv [1, 3, 3]"
        ),
        (
            $"{Game}generator: [linear: 25, reshape: [1, 5, 5]]\ndiscriminator: [flatten, linear: 1]\n",
            "(6,25): MG2003: the generator gives [1, 5, 5]; the generator of a gan must give the data's shape [1, 6, 6], which "
                + "the discriminator takes. How it got there: generator: [3] -> linear [25] -> reshape [1, 5, 5]"
        ),
        (
            $"{Game}condition: {{ classes: 3, generator: {{ embedded: 5 }} }}\ngenerator: [linear: 72, reshape: [2, 6, "
                + "6]]\ndiscriminator: [flatten, linear: 1]\n",
            "(7,25): MG2003: the generator gives [2, 6, 6]; the generator of a gan must give the data's shape [1, 6, 6], which "
                + "the discriminator takes. How it got there: generator: [8] -> linear [72] -> reshape [2, 6, 6]"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 2]\n",
            "(7,26): MG2003: the discriminator gives [2]; the discriminator of a gan must give one score [1]. How it got there: "
                + "discriminator: [1, 6, 6] -> flatten [36] -> linear [2]"
        ),
        (
            $"{Game}condition: {{ classes: 3, discriminator: projection }}\ngenerator: [linear: 36, reshape: [1, 6, "
                + "6]]\ndiscriminator: [relu]\n",
            "(8,17): MG2003: the discriminator gives [1, 6, 6]; a discriminator that judges by projection must give features [n], "
                + "such as 'flatten' makes of any shape. How it got there: discriminator: [1, 6, 6] -> relu"
        ),
        (
            $"{Gpt}weights: {{ layout: gpt2 }}\nnetwork:\n  - embed: 8\n  - residual: [layer-norm, self-attention: {{ heads: 2, causal: true }}]\n"
                + "  - residual: [layer-norm, linear: 16, gelu, linear: 8]\n  - layer-norm\n  - unembed\n",
            "(9,40): MG2028: weights of the layout 'gpt2' do not fit this model: it has 'gelu: tanh' where the model has this 'gelu'"
        ),
        (
            $"{Gpt}weights: {{ layout: gpt2 }}\nnetwork: [embed: 8, layer-norm, unembed, linear: 256]\n",
            "(6,42): MG2028: weights of the layout 'gpt2' do not fit this model: it has nothing like this 'linear'"
        ),
        (
            $"{Gpt}weights: {{ layout: gpt2 }}\nnetwork: [embed: {{ width: 8, positions: none }}, layer-norm, unembed]\n",
            "(6,11): MG2028: weights of the layout 'gpt2' do not fit this model: it has an 'embed' with 'positions: learned' where the model "
                + "has this 'embed'"
        ),
        (
            "model: M\nfamily: network\ndata: { tokens: { context: 16 } }\nweights: { layout: gpt2 }\nnetwork: [embed: 8, relu]\n",
            "(5,21): MG2028: weights of the layout 'gpt2' do not fit this model: it has 'layer-norm' where the model has this 'relu'"
        ),
        (
            "model: M\nfamily: network\ndata: { tokens: { context: 16 } }\nweights: { layout: gpt2 }\nnetwork: [embed: 8, layer-norm, "
                + "linear: 4, unembed: { tied: false }]\n",
            "(5,33): MG2028: weights of the layout 'gpt2' do not fit this model: it has 'unembed' where the model has this 'linear'"
        ),
        (
            "model: M\nfamily: network\ndata: { tokens: { context: 16 } }\nweights: { layout: bert }\nnetwork: [embed: 8, layer-norm, "
                + "linear: 4]\n",
            "(5,33): MG2028: weights of the layout 'bert' do not fit this model: it has nothing like this 'linear'"
        ),
        (
            $"{Gpt}weights: {{ layout: llama }}\nnetwork:\n  - embed: {{ width: 8, positions: none }}\n"
                + "  - residual: [rms-norm, self-attention: { heads: 2, causal: true, positions: rotary, query-key-norm: true }]\n"
                + "  - residual: [rms-norm, gated-linear: 16, linear: 8]\n  - rms-norm\n  - unembed\n",
            "(8,26): MG2028: weights of the layout 'llama' do not fit this model: it has a 'self-attention' with 'causal: true' and "
                + "'positions: rotary', without 'query-key-norm' where the model has this 'self-attention'"
        ),
        (
            $"{Head}weights: {{ layout: bert }}\nnetwork: [flatten]\n",
            "(5,11): MG2028: weights of the layout 'bert' do not fit this model: it has 'embed' where the model has this 'flatten'"
        ),
        (
            $"{Head}weights: {{ layout: modelgen }}\nnetwork: [batch-norm]\n",
            "(5,11): MG2028: weights of the layout 'modelgen' do not fit this model: it holds numbers in float32 alone, and 'batch-norm' counts "
                + "its batches"
        ),
        (
            $"{Game}condition: {{ classes: 3, generator: projection }}\ngenerator: [linear: 36, reshape: [1, 6, "
                + "6]]\ndiscriminator: [flatten, linear: 1]\n",
            "(6,37): MG2027: 'projection' is a class conditioning, but not one that 'condition.generator' takes here; it takes "
                + "concatenated, embedded"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\ntraining: {{ optimizer: {{ "
                + "adamw: 1e-3 }, batch: 4, duration: 5k tokens }\n",
            "(8,11): MG2023: 'training' has a length of '5000 tokens', but the data are images; count it in steps, epochs or images"
        ),
        (
            $"{Game}precision: float16\n".Replace("hinge", "wasserstein", StringComparison.Ordinal)
                + "generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\n",
            "(6,12): MG2023: 'wasserstein' with a penalty on gradients cannot train in float16, in which they vanish; write "
                + "'precision: bfloat16'"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\ntraining: {{ optimizer: {{ "
                + "adamw: 1e-3 }, batch: 4, accumulate: 5, duration: 5 steps }\n",
            "(8,11): MG2023: 'accumulate: 5' splits the batch into more parts than its 4 samples; make the batch larger or use fewer parts"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [36, 1, 1], batch-norm, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: "
                + "1]\ntraining: { optimizer: { adamw: 1e-3 }, batch: 1, duration: 5 steps }\n",
            "(6,46): MG2023: batch-norm takes its statistics over the whole batch, and 'batch: 1' gives it one sample, which has nothing "
                + "to be compared with; make the batch larger or remove the layer"
        ),
        (
            $"{Game}generator: [linear: 36, batch-norm, reshape: [1, 6, 6]]\ndiscriminator: [batch-norm, flatten, linear: "
                + "1]\ntraining: { optimizer: { adamw: 1e-3 }, batch: 1, duration: 5 steps }\n",
            "(6,25): MG2023: batch-norm takes its statistics over the whole batch, and 'batch: 1' gives it one sample, which has nothing "
                + "to be compared with; make the batch larger or remove the layer"
        ),
        (
            $"{Game}generator: [linear: 36, batch-norm, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1]\ntraining: {{ "
                + "optimizer: { adamw: 1e-3 }, batch: 4, accumulate: 2, duration: 5 steps }\n",
            "(6,25): MG2023: batch-norm takes its statistics over the whole batch, which 'accumulate: 2' would compute in parts, with "
                + "different gradients; remove one of the two"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ sgd: 0.1 }}, batch: 4, duration: 5 steps, max-time: 2 houres }}\n",
            "(6,79): MG2002: 'houres' is not a unit of time; did you mean 'hours'?"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ sgd: 0.1 }}, batch: 4, duration: 5 steps, max-time: 0 hours }}\n",
            "(6,77): MG2006: 'training.max-time' is 0 hours; it must be at least 0.001 seconds"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ sgd: {{ learning-rate: 0.1, nesterov: true }} }}, "
                + "batch: 4, duration: 5 steps }\n",
            "(6,24): MG2023: 'nesterov: true' needs a 'momentum' above 0"
        ),
        (
            $"family: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,1): MG2004: a model needs 'model': the model's name, which becomes a C# class"
        ),
        ($"model: M\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n", $"(1,1): MG2004: a model needs 'family': one of {Families}"),
        (
            "model: M\nfamily: network\nnetwork: [relu]\n",
            "(2,1): MG2004: a model of the family 'network' needs 'data': what one sample looks like"
        ),
        ($"{Head}network:\n  - conv: {{ channels: 3 }}\n", "(5,5): MG2004: 'conv' needs 'kernel': the window's length along each axis"),
        (
            "model: M\nfamily: vq-vae\ndata: { image: [1, 6, 6] }\nobjective: { vector-quantised: bernoulli }\nencoder: "
                + "[relu]\ndecoder: [relu]\n",
            "(2,1): MG2004: a model of the family 'vq-vae' needs 'codebook': the vectors that represent the encoder's output, as moving "
                + "averages of it"
        ),
        (
            "model: M\nfamily: vae\ndata: { image: [1, 6, 6] }\ninitialiser: { normal: 0.1 }\nobjective: { elbo: bernoulli "
                + "}\nencoder: [flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6]]\n",
            "(2,1): MG2004: a model of the family 'vae' needs 'latent': the number of latent dimensions"
        ),
        ($"{Head}network:\n  - linear\n", "(5,5): MG2004: 'linear' needs 'features': the length of the last axis of the result"),
        ($"{Head}network:\n  - repeat: 4\n", "(5,5): MG2004: 'repeat' needs 'layers': the layers"),
        (
            $"{Head}blocks: {{ b: {{ parameters: [n] }} }}\nnetwork: [relu]\n",
            "(4,11): MG2004: the block 'b' needs 'layers': the layers it stands for"
        ),
        (
            $"{Head}blocks: {{ b: {{ parameters: [n], layers: [linear: $n] }} }}\nnetwork: [b]\n",
            "(5,11): MG2004: the block 'b' needs 'n': a parameter without a default"
        ),
        ($"{Head}network:\n  - linear: four\n", "(5,13): MG2005: 'linear.features' expects a whole number, at least 1; found 'four'"),
        (
            $"{Head}network:\n  - linear: '4'\n",
            "(5,13): MG2005: 'linear.features' expects a whole number, at least 1; found the text \"4\""
        ),
        ($"{Head}network:\n  - linear: 2.5\n", "(5,13): MG2005: 'linear.features' expects a whole number, at least 1; found 2.5"),
        ($"{Head}network:\n  - linear: [4]\n", "(5,13): MG2005: 'linear.features' expects a whole number, at least 1; found a list"),
        ($"{Head}network:\n  - relu: 4\n", "(5,11): MG2005: 'relu' expects no argument; found '4'"),
        ($"{Head}network:\n  - linear: {{ features: 4, bias: yes }}\n", "(5,34): MG2005: 'linear.bias' expects true or false; found 'yes'"),
        (
            $"{Head}network:\n  - gelu: tahn\n",
            "(5,11): MG2005: 'gelu.approximate' expects one of none, tanh; found 'tahn'; did you mean 'tanh'?"
        ),
        ($"{Head}network:\n  - gelu: fast\n", "(5,11): MG2005: 'gelu.approximate' expects one of none, tanh; found 'fast'"),
        ($"{Head}network: relu\n", "(4,10): MG2005: 'network' expects a list of layers; found 'relu'"),
        ($"{Head}network:\n  - [relu]\n", "(5,5): MG2005: 'network' expects a layer: a word, or a word with its arguments; found a list"),
        (
            $"{Head}network:\n  - as: x\n",
            "(5,5): MG2005: 'network' expects a layer: a word, or a word with its arguments; found 'as' without a word"
        ),
        ($"model: M\nfamily: 3\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n", $"(2,9): MG2002: '3' is not a family; known here: {Families}"),
        ($"model: [M]\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n", "(1,8): MG2005: 'model' expects text; found a list"),
        ("just text\n", "(1,1): MG2005: 'the file' expects a group of keys such as 'model: Name'; found 'just text'"),
        ($"{Head}let: 4\nnetwork: [relu]\n", "(4,6): MG2005: 'let' expects names with numbers; found '4'"),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: {{ learning-rate: 1e-3, betas: 0.9 }} }}, "
                + "batch: 4, duration: 10 steps }\n",
            "(6,63): MG2005: 'adamw.betas' expects a list of two numbers, each at least 0 and less than 1; found '0.9'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 2000 }}\n",
            "(6,61): MG2005: 'training.duration' expects a length of training such as '2000 steps', '3 epochs', '50k tokens', "
                + "'20k images' or '20k samples'; found '2000' without a unit"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 1.5 steps }}\n",
            "(6,61): MG2005: 'training.duration' expects a whole number of steps; found '1.5 steps'"
        ),
        ($"{Gpt}network: [embed: 8, unembed]\nsampling: 0.8\n", "(6,11): MG2005: 'sampling' expects a group of keys; found '0.8'"),
        (
            $"{Head}precision: bloat16\nnetwork: [relu]\n",
            "(4,12): MG2005: 'precision' expects one of float32, bfloat16, float16; found 'bloat16'; did you mean 'bfloat16'?"
        ),
        (
            $"{Head}network:\n  - permute: [0, 1, 2, 3, 4, 5, 6, 7, 8]\n",
            "(5,14): MG2005: 'permute.order' expects a list of at most 8 numbers; found a list of 9"
        ),
        (
            $"{Head}blocks: {{ b: 4 }}\nnetwork: [relu]\n",
            "(4,14): MG2005: 'blocks.b' expects a group with 'layers' and optional 'parameters'; found '4'"
        ),
        ($"{Head}blocks: {{ b: {{ layers: [relu] }} }}\nnetwork: [b: 4]\n", "(5,14): MG2005: 'b' expects no argument; found '4'"),
        ($"{Head}network:\n  - dropout: 1.5\n", "(5,14): MG2006: 'dropout.probability' is 1.5; it must be at least 0 and less than 1"),
        (
            $"{Head}network:\n  - leaky-relu: 1e300\n",
            "(5,17): MG2006: 'leaky-relu.slope' is 1e300; it must be at most 3.4028234663852886e38"
        ),
        (
            $"{Head}let: {{ big: 1e20 }}\nnetwork:\n  - leaky-relu: $big * $big\n",
            "(6,17): MG2006: 'leaky-relu.slope' is 1e40; it must be at most 3.4028234663852886e38"
        ),
        (
            $"{Head}initialiser: {{ normal: 1e300 }}\nnetwork: [linear: 4]\n",
            "(4,24): MG2006: 'normal.deviation' is 1e300; it must be at most 3.4028234663852886e38"
        ),
        (
            $"{Head}network:\n  - layer-norm: {{ epsilon: 1e-60 }}\n",
            "(5,28): MG2006: 'layer-norm.epsilon' is 1e-60; it must be 0, or at least 1.1754943508222875e-38 away from it, the smallest "
                + "number of float32"
        ),
        (
            "model: M\nfamily: network\ndata: { tensor: { shape: [4], range: [-1e300, 1] } }\nnetwork: [relu]\n",
            "(3,39): MG2006: 'tensor.range' is -1e300; it must be at least -3.4028234663852886e38"
        ),
        ($"{Head}network:\n  - linear: 0\n", "(5,13): MG2006: 'linear.features' is 0; it must be at least 1"),
        ($"{Head}network:\n  - linear: 99999999999\n", "(5,13): MG2006: 'linear.features' is 99999999999; it must be at most 2147483647"),
        (
            "model: M\nfamily: vq-vae\ndata: { image: [1, 6, 6] }\ncodebook: { codes: 1 }\nobjective: { vector-quantised: "
                + "bernoulli }\nencoder: [relu]\ndecoder: [relu]\n",
            "(4,20): MG2006: 'codebook.codes' is 1; it must be at least 2 and at most 65536"
        ),
        ($"{Head}network:\n  - softmax: {{ axis: 3 }}\n", "(5,22): MG2006: 'softmax.axis' is 3; it must be from -2 to 1 for [4, 9]"),
        ($"{Head}network:\n  - group-norm: 3\n", "(5,17): MG2006: 'group-norm.groups' is 3; it must be a divisor of the 4 channels"),
        (
            $"{Head}blocks:\n  b: {{ parameters: [n], layers: [linear: $n - 8] }}\nnetwork:\n  - b: 16\n  - b: 4\n",
            "(5,42): MG2006: 'linear.features' is -4; it must be at least 1 (in the block 'b' as used on line 8)"
        ),
        (
            $"model: M\nfamily: network\ndata: {{ tensor: [5, 8] }}\nnetwork:\n  - self-attention: {{ heads: 3, causal: true }}\n",
            "(5,30): MG2006: 'self-attention.heads' is 3; it must be a divisor of the width 8"
        ),
        (
            $"{Sequence}self-attention: {{ heads: 4, key-value-heads: 3 }}\n",
            "(5,50): MG2006: 'self-attention.key-value-heads' is 3; it must be a divisor of the 4 heads"
        ),
        (
            $"{Sequence}self-attention: {{ heads: 8, positions: rotary }}\n",
            "(5,30): MG2006: 'self-attention.heads' is 8; it must be such that the width 8 gives an even number of elements in each head, "
                + "which 'rotary' pairs"
        ),
        (
            $"{Sequence}self-attention: {{ heads: 4, positions: {{ rotary: {{ scaling: {{ factor: 2, method: ntk }} }} }} }}\n",
            "(5,30): MG2006: 'self-attention.heads' is 4; it must be such that the width 8 gives at least 4 elements in each head, of which "
                + "'ntk' leaves the first pair as it is"
        ),
        (
            $"{Sequence}self-attention: {{ heads: 2, positions: {{ rotary: {{ pair: neighbours }} }} }}\n",
            "(5,56): MG2001: 'pair' is not a key of 'rotary'; did you mean 'pairs'?"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, batch: 4, duration: 0 steps }}\n",
            "(6,61): MG2006: 'training.duration' is 0 steps; it must be larger than 0"
        ),
        (
            $"{Head}network:\n  - flatten\n  - conv: {{ channels: 2, kernel: 3 }}\n",
            "(6,5): MG2007: conv needs channels over one to three axes, [C, L], [C, H, W] or [C, D, H, W]; it gets [36]. How it "
                + "got there: network: [4, 9] -> flatten [36]"
        ),
        (
            $"{Head}network:\n  - conv: {{ channels: 2, kernel: 11 }}\n",
            "(5,34): MG2007: conv has a 'kernel' of 11, which is longer than an axis of 9 with padding 0 on each side; it gets [4, "
                + "9]. How it got there: network: [4, 9]"
        ),
        (
            $"{Head}network:\n  - conv: {{ channels: 4, kernel: 3, dilation: 5 }}\n",
            "(5,34): MG2007: conv has a 'kernel' of 3 that reaches over 11 with its dilation, which is longer than an axis of 9 with "
                + "padding 0 on each side; it gets [4, 9]. How it got there: network: [4, 9]"
        ),
        ($"{Head}network:\n  - embed: 8\n", "(5,5): MG2007: embed needs token ids [T]; it gets [4, 9]. How it got there: network: [4, 9]"),
        (
            $"{Gpt}network: [linear: 8, unembed]\n",
            "(5,11): MG2007: linear needs numbers; it gets token ids [T]; put 'embed' first. How it got there: network: [T]"
        ),
        (
            $"{Head}network:\n  - reshape: [5, -1]\n",
            "(5,14): MG2007: reshape to [5, -1] needs 5 elements or a multiple; it gets [4, 9], which has 36. How it got there: "
                + "network: [4, 9]"
        ),
        (
            $"{Head}network:\n  - unembed\n",
            "(5,5): MG2007: unembed needs a vocabulary; the data holds no tokens. How it got there: network: [4, 9]"
        ),
        (
            $"{Head}network:\n  - {{ linear: 2, as: a }}\n  - {{ relu: , from: [a, input] }}\n",
            "(6,21): MG2007: relu takes one input; join several with add or concat first. How it got there: network: [4, 9] -> "
                + "linear [4, 2]"
        ),
        (
            $"{Head}blocks:\n  down: {{ layers: [conv: {{ channels: 4, kernel: 4, stride: 2 }}] }}\nnetwork:\n  - down\n  - down\n",
            "(5,49): MG2007: conv has a 'kernel' of 4, which is longer than an axis of 3 with padding 0 on each side; it gets [4, "
                + "3]. How it got there: network: [4, 9] -> down [4, 3] (in the block 'down' as used on line 8)"
        ),
        ($"{Head}network:\n  - linear: 4 *\n", "(5,15): MG2008: '4 *' cannot be computed: a number is missing at the end"),
        ($"{Head}network:\n  - linear: 4 / (2 - 2)\n", "(5,15): MG2008: '4 / (2 - 2)' cannot be computed: division by zero"),
        (
            $"{Head}let: {{ width: 4 }}\nnetwork:\n  - linear: 2 * $widht + $width\n",
            "(6,17): MG2009: '$widht' is not defined; did you mean 'width'?"
        ),
        ($"{Head}network:\n  - linear: $n\n", "(5,13): MG2009: '$n' is not defined; define constants under 'let'"),
        ($"{Head}let: {{ width: 4 }}\nnetwork: [relu]\n", "(4,8): MG2010: 'width' is never used"),
        ($"{Head}blocks: {{ b: {{ parameters: [n: 2], layers: [relu] }} }}\nnetwork: [b]\n", "(4,29): MG2010: 'n' is never used"),
        ($"{Head}initialiser: {{ normal: 0.1 }}\nnetwork: [layer-norm, relu]\n", "(4,14): MG2010: 'initialiser' is never used"),
        (
            $"{Head}initialiser: {{ normal: 0.1 }}\nnetwork:\n  - linear: {{ features: 2, initialiser: {{ normal: 0.2 }} }}\n",
            "(4,14): MG2010: 'initialiser' is never used"
        ),
        ($"{Head}blocks: {{ b: {{ layers: [relu] }} }}\nnetwork: [relu]\n", "(4,11): MG2011: the block 'b' is never used"),
        (
            $"{Head}blocks: {{ a: {{ layers: [b] }}, b: {{ layers: [relu, a] }} }}\nnetwork: [a]\n",
            "(4,51): MG2012: the block 'a' contains itself: a -> b -> a"
        ),
        (
            $"model: gpt\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,8): MG2013: 'gpt' cannot be the name of a model: it becomes a C# class, so it must start with an upper-case letter"
        ),
        (
            $"model: My-Gpt\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,8): MG2013: 'My-Gpt' cannot be the name of a model: it becomes a C# class, so '-' cannot be part of it"
        ),
        (
            $"model: ''\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,8): MG2013: '' cannot be the name of a model: a model's name has 1 to 128 characters"
        ),
        (
            "model: \"A\\0B\"\nfamily: network\ndata: { tensor: [4] }\nnetwork: [relu]\n",
            "(1,8): MG2013: 'A\\u0000B' cannot be the name of a model: it becomes a C# class, so '\\u0000' cannot be part of it"
        ),
        ($"{Head}network: [re\u200blu]\n", "(4,11): MG2002: 're\\u200blu' is not a layer or block; did you mean 'relu'?"),
        (
            $"model: Layers\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork: [relu]\n",
            "(1,8): MG2013: 'Layers' cannot be the name of a model: generated classes have a member of that name"
        ),
        (
            $"{Head}let: {{ Width: 4 }}\nnetwork: [relu]\n",
            "(4,8): MG2013: 'Width' cannot be the name of a constant: a name consists of lower-case letters, digits and single hyphens, "
                + "and starts with a letter"
        ),
        (
            $"{Head}blocks: {{ relu: {{ layers: [gelu] }} }}\nnetwork: [relu]\n",
            "(4,11): MG2013: 'relu' cannot be the name of a block: it is already a layer"
        ),
        (
            $"{Head}network: [{{ relu: , as: input }}]\n",
            "(4,25): MG2013: 'input' cannot be the name of a result: 'input' already names the input of a layer list"
        ),
        (
            $"{Head}network: [{{ relu: , as: Skip }}]\n",
            "(4,25): MG2013: 'Skip' cannot be the name of a result: a name consists of lower-case letters, digits and single hyphens, and "
                + "starts with a letter"
        ),
        (
            $"{Head}network:\n  - {{ relu: , as: skip }}\n  - {{ add: , from: [skip, skp] }}\n",
            "(6,20): MG2015: no earlier layer here is named 'skp'; did you mean 'skip'?"
        ),
        ($"{Head}network:\n  - {{ relu: , as: a }}\n  - {{ gelu: , as: a }}\n", "(6,19): MG2016: a layer here is already named 'a'"),
        (
            $"{Head}network:\n  - {{ linear: 9, as: a }}\n  - {{ gelu: , from: input }}\n",
            "(5,5): MG2017: the result of linear 'a' is never used"
        ),
        ($"{Head}network: []\n", "(4,10): MG2018: 'network' has no entries; it needs at least one"),
        ($"{Head}let: {{}}\nnetwork: [relu]\n", "(4,6): MG2018: 'let' has no entries; it needs at least one"),
        ($"{Head}network:\n  - reshape: []\n", "(5,14): MG2018: 'reshape.shape' has no entries; it needs at least one"),
        ($"{Head}network:\n  - {{ add: , from: [] }}\n", "(5,20): MG2018: 'from' has no entries; it needs at least one"),
        (
            $"{Head}network:\n  - residual: [linear: 8, relu]\n",
            "(5,5): MG2019: residual adds its input [4, 9] to the output of its layers, [4, 8]; the two shapes must be equal. How it got "
                + "there: network: [4, 9] -> linear [4, 8] -> relu"
        ),
        (
            $"{Head}network:\n  - {{ linear: 2, as: a }}\n  - {{ add: , from: [a, input] }}\n",
            "(6,20): MG2020: add cannot join [4, 2] and [4, 9]: the shapes must be equal"
        ),
        (
            $"{Head}network:\n  - {{ linear: 2, as: a }}\n  - {{ concat: , from: [a, input] }}\n",
            "(6,23): MG2020: concat cannot join [4, 2] and [4, 9]: all axes except axis 0 must be equal"
        ),
        (
            $"{Head}network:\n  - add\n",
            "(5,5): MG2007: add needs two or more inputs; name them with 'from: [a, b]'. How it got there: network: [4, 9]"
        ),
        (
            $"{Gpt}network: [embed: 8, self-attention: 2, unembed]\n",
            "(5,21): MG2021: self-attention is not causal; under the objective 'next-token' it would see the tokens that it should predict"
        ),
        (
            $"{Gpt}network:\n  - embed: 8\n  - self-attention: {{ heads: 2, causal: false }}\n  - unembed\n",
            "(7,41): MG2021: self-attention is not causal; under the objective 'next-token' it would see the tokens that it should predict"
        ),
        (
            $"{Head}network:\n  - linear: 2147483647\n  - linear: 2147483647\n",
            "(6,5): MG2022: linear: its weight [2147483647, 2147483647] has 4.6e+18 elements; the maximum is 1,099,511,627,776"
        ),
        (
            $"{Head}network:\n  - repeat: 1000\n    layers:\n      - {{ repeat: 1000, layers: [relu] }}\n",
            "(5,5): MG2022: the network: it has more than 20,000 layers, counting each repetition"
        ),
        (
            $"model: M\nfamily: network\ndata: {{ tensor: [2147483647, 2147483647] }}\nnetwork: [relu]\n",
            "(3,7): MG2022: 'data': its shape [2147483647, 2147483647] has 4.6e+18 elements; the maximum is 1,099,511,627,776"
        ),
        (
            $"model: M\nfamily: network\ndata: {{ tokens: {{ context: 8, vocabulary: 100 }} }}\nnetwork: [embed: 4]\n",
            "(3,7): MG2023: 'tokenizer: bytes' has a vocabulary of 256, not 100; leave 'vocabulary' out, or choose another tokenizer"
        ),
        (
            $"model: M\nfamily: network\ndata: {{ image: [28, 28] }}\nnetwork: [relu]\n",
            "(3,16): MG2005: 'image.size' expects three lengths, [channels, height, width]; found 2"
        ),
        (
            $"{Gpt}network:\n  - embed: 8\n  - unembed: {{ initialiser: {{ normal: 0.1 }} }}\n",
            "(7,29): MG2023: a tied unembed has no weight of its own to initialise; write 'tied: false' or give the initialiser to 'embed'"
        ),
        (
            $"{Head}network:\n  - {{ repeat: 2, layers: [relu, batch-norm], recompute: true }}\n",
            "(5,57): MG2023: 'recompute' cannot mark a part with batch-norm, whose state changes each time it runs; move the layer out of "
                + "the part, or remove the mark"
        ),
        (
            $"{Head}blocks: {{ b: {{ layers: [residual: [linear: {{ features: 9, spectral-norm: true }}]] }} }}\nnetwork:\n  - {{ "
                + "repeat: 2, layers: [b], recompute: true }\n",
            "(6,42): MG2023: 'recompute' cannot mark a part with linear's spectral norm, whose state changes each time it runs; move the "
                + "layer out of the part, or remove the mark"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6]]\nblocks: {{ b: {{ layers: [linear: 6] }} }}\ndiscriminator: [{{ b: "
                + ", recompute: true }, flatten, linear: 1]\n",
            "(8,35): MG2023: 'recompute' cannot mark a part of a discriminator: its gradient is differentiated again, which keeps every "
                + "activation anyway; remove it"
        ),
        (
            $"{Head}inputs: {{ mask: [9] }}\nnetwork:\n  - {{ repeat: 2, layers: [{{ add: , from: [input, mask] }}], recompute: true }}\n",
            "(6,42): MG2020: add cannot join [4, 9] and [9]: the shapes must be equal"
        ),
        (
            $"{Head}inputs: {{ mask: [4, 9] }}\nnetwork:\n  - {{ repeat: 2, layers: [{{ add: , from: [input, mask] }}], recompute: true }}\n",
            "(6,71): MG2023: 'recompute' cannot mark a part that also takes or gives 'mask': only a part with one tensor in and one out "
                + "can be recomputed; remove it"
        ),
        (
            $"{Head}inputs: {{ mask: [4, 9] }}\nstates: {{ mask: [4] }}\nnetwork: [{{ add: , from: [input, mask] }}]\n",
            "(5,9): MG2023: 'inputs' and 'states' both have the name 'mask'; rename one of them"
        ),
        (
            $"{Head}inputs: {{ memory: [S, 9] }}\nnetwork: [{{ concat: , from: [input, memory] }}]\n",
            "(4,9): MG2005: 'inputs.memory' expects the largest length of its axis S, as in 'S <= 128'; found 'S' alone"
        ),
        (
            $"{Head}inputs: {{ memory: [S <= 8, 9], more: [S <= 9, 9] }}\nnetwork: [{{ concat: , from: [input, memory, more] }}]\n",
            "(4,9): MG2023: 'inputs.more' gives the largest length of S, which is already known; write 'S' alone, or another symbol"
        ),
        (
            $"{Head}inputs: {{ memory: [S <= 0, 9] }}\nnetwork: [{{ concat: , from: [input, memory] }}]\n",
            "(4,25): MG2006: 'inputs.memory, S' is 0; it must be at least 1 and at most 1048576"
        ),
        (
            $"{Head}inputs: {{ memory: [s, 9] }}\nnetwork: [{{ concat: , from: [input, memory] }}]\n",
            "(4,20): MG2005: 'inputs.memory' expects a whole number, or a symbol in capitals such as S; found 's'"
        ),
        (
            $"{Head}inputs: {{ input: [4, 9] }}\nnetwork: [relu]\n",
            "(4,11): MG2013: 'input' cannot be the name of a side input: 'input' already names the input of a layer list"
        ),
        ($"{Head}inputs: {{}}\nnetwork: [relu]\n", "(4,9): MG2018: 'inputs' has no entries; it needs at least one"),
        (
            $"{Head}inputs: [4, 9]\nnetwork: [relu]\n",
            "(4,9): MG2005: 'inputs' expects names with shapes such as [16], or [S <= 128, 16] where an axis has 1 to 128 "
                + "entries; found a list"
        ),
        (
            $"{Head}inputs: {{ {string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"n{i}: [9]"))} }}\nnetwork: [relu]\n",
            "(4,9): MG2005: 'inputs' expects at most 1000 names; found 1001"
        ),
        (
            $"{Head}outputs: [{string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"n{i}"))}]\nnetwork: [relu]\n",
            "(4,10): MG2005: 'outputs' expects at most 1000 names; found 1001"
        ),
        ($"{Head}outputs: []\nnetwork: [relu]\n", "(4,10): MG2018: 'outputs' has no entries; it needs at least one"),
        (
            $"{Head}outputs: [a, a]\nnetwork: [{{ relu: , as: a }}, relu]\n",
            "(4,14): MG2013: 'a' cannot be the name of an output: it is already named here"
        ),
        (
            $"{Head}inputs: {{ mask: [4, 9] }}\nnetwork: [{{ relu: , as: mask }}]\n",
            "(5,25): MG2013: 'mask' cannot be the name of a result: it is the name of a side input"
        ),
        (
            $"{Head}inputs: {{ mask: [4, 9] }}\nnetwork: [{{ relu: , from: maks }}]\n",
            "(5,27): MG2015: no earlier layer here is named 'maks'; did you mean 'mask'?"
        ),
        (
            $"{Head}states: {{ cache: [4, 9] }}\nnetwork: [{{ add: , from: [input, cache] }}, {{ linear: 3, as: cache }}]\n",
            "(5,61): MG2024: 'cache' is given a result of the shape [4, 3]: a state must keep its shape [4, 9]; only lengths that are "
                + "symbols may change. How it got there: network: [4, 9] -> add -> linear [4, 3]"
        ),
        (
            $"{Head}outputs: [loss]\nnetwork: [residual: [{{ relu: , as: loss }}], residual: [linear: 3, {{ relu: , as: loss }}, "
                + "linear: 9]]\n",
            "(5,81): MG2024: 'loss' is given a result of the shape [4, 3]: results of one name are added up, and the previous one has the "
                + "shape [4, 9]. How it got there: network: [4, 9] -> residual -> linear [4, 3] -> relu"
        ),
        (
            $"{Head}outputs: [loss]\nnetwork: [residual: [{{ relu: , as: loss }}], {{ relu: , from: loss }}]\n",
            "(5,61): MG2015: no earlier layer here is named 'loss'; known here: input"
        ),
        ($"{Head}inputs: {{ mask: [4, 9] }}\nnetwork: [relu]\n", "(4,9): MG2025: 'mask' has no effect: no layer takes it with 'from'"),
        (
            $"{Head}states: {{ cache: [4, 9] }}\nnetwork: [{{ add: , from: [input, cache] }}]\n",
            "(4,9): MG2025: 'cache' has no effect: no layer gives it with 'as'"
        ),
        ($"{Head}outputs: [loss]\nnetwork: [relu]\n", "(4,10): MG2025: 'loss' has no effect: no layer gives it with 'as'"),
        (
            $"{Head}blocks: {{ b: {{ layers: [relu] }} }}\nnetwork:\n  - {{ b: , recompute: yes }}\n",
            "(6,23): MG2005: 'b.recompute' expects true or false; found 'yes'"
        ),
        (
            $"{Head}network:\n  - {{ residual: [relu], recompute: true }}\n",
            "(5,25): MG2001: 'recompute' is not a key of 'residual'; known here: as, from"
        ),
        // Values that leave another one without effect, or out of its range.
        (
            $"{Image.Replace("bernoulli", "{ reconstruction: bernoulli, beta: 0, warmup: 5 epochs }", StringComparison.Ordinal)}{Halves}",
            "(5,66): MG2026: 'elbo.warmup' has no effect: with 'beta: 0' the KL term does not count"
        ),
        (
            $"{Image.Replace("bernoulli", "{ reconstruction: bernoulli, beta: 0, free-bits: 1 }", StringComparison.Ordinal)}{Halves}",
            "(5,69): MG2026: 'elbo.free-bits' has no effect: with 'beta: 0' the KL term does not count"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\nsampling: {{ temperature: 0, top-k: 5 }}\n",
            "(6,36): MG2026: 'sampling.top-k' has no effect: with 'temperature: 0' the likeliest token is always taken"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\nsampling: {{ temperature: 0, top-p: 0.9 }}\n",
            "(6,36): MG2026: 'sampling.top-p' has no effect: with 'temperature: 0' the likeliest token is always taken"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { cosine: { floor: 1e-2 } }")}",
            "(6,70): MG2006: 'cosine.floor' is 0.01; it must be at most 0.001, the learning rate of 'training.optimizer'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { linear: { floor: 1e-2 } }")}",
            "(6,70): MG2006: 'linear.floor' is 0.01; it must be at most 0.001, the learning rate of 'training.optimizer'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { restarts: { period: 10 steps, floor: 1e-2 } }")}",
            "(6,90): MG2006: 'restarts.floor' is 0.01; it must be at most 0.001, the learning rate of 'training.optimizer'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { warmup-stable-decay: { decay: 10 steps, floor: 1e-2 } }")}",
            "(6,100): MG2006: 'warmup-stable-decay.floor' is 0.01; it must be at most 0.001, the learning rate of 'training.optimizer'"
        ),
        (
            $"{Game}{Players}{Trained("schedule: { cosine: { floor: 5e-4 } }, discriminator: { optimizer: { adamw: 1e-4 } }")}",
            "(8,70): MG2006: 'cosine.floor' is 0.0005; it must be at most 0.0001, the learning rate of 'training.discriminator.optimizer'"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { cosine: { warmup: 100 steps } }")}",
            "(6,51): MG2026: 'cosine' has no effect: its warm-up of 100 steps takes up the whole run of 100 steps ('duration')"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { constant: { warmup: 101 steps } }")}",
            "(6,51): MG2026: 'constant' has no effect: its warm-up of 101 steps takes up the whole run of 100 steps ('duration')"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { inverse-square-root: { warmup: 1k steps } }")}",
            "(6,51): MG2026: 'inverse-square-root' has no effect: its warm-up of 1000 steps takes up the whole run of 100 steps "
                + "('duration')"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { warmup-stable-decay: { warmup: 20 steps, decay: 81 steps } }")}",
            "(6,101): MG2006: 'warmup-stable-decay.decay' is 81 steps; it must be at most 80 steps, the part of 'duration' after the "
                + "warm-up"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("schedule: { restarts: { period: 101 steps } }")}",
            "(6,73): MG2026: 'restarts' has no effect: the run of 100 steps ('duration') ends before its first period of 101 steps"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("validation: { every: 100 steps }, early-stopping: 3")}",
            "(6,91): MG2026: 'training.early-stopping' has no effect: the model is evaluated every 100 steps ('validation.every'), and the "
                + "run ends after 100 steps ('duration')"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("early-stopping: 3")}",
            "(6,57): MG2026: 'training.early-stopping' has no effect: the model is evaluated every 250 steps ('validation.every'), and the "
                + "run ends after 100 steps ('duration')"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\n{Trained("checkpoint: 101 steps")}",
            "(6,53): MG2026: 'training.checkpoint' has no effect: the run ends after 100 steps ('duration'), before the first checkpoint "
                + "is due, and is saved at its beginning and end in any case"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ muon: 0.02 }}, batch: 4, duration: 100 steps }}\n",
            "(6,24): MG2026: 'muon' has no effect: it trains the matrices of linear layers and convolutions, and there are none here; use "
                + "another optimizer"
        ),
        (
            $"{Game}generator: [reshape: [3, 1, 1], upsample: 6, {{ conv: {{ channels: 1, kernel: 1 }} }}]\ndiscriminator: "
                + "[leaky-relu: 0.2, batch-norm, global-pool]\ntraining: { optimizer: { muon: 0.02 }, batch: 4, duration: 100 steps }\n",
            "(8,24): MG2026: 'muon' has no effect: it trains the matrices of linear layers and convolutions, and there are none in the "
                + "discriminator; use another optimizer"
        ),
        (
            $"{Game}generator: [reshape: [3, 1, 1], upsample: 6, {{ conv: {{ channels: 1, kernel: 1 }} }}]\ndiscriminator: "
                + $"[leaky-relu: 0.2, batch-norm, global-pool]\n{Trained("discriminator: { optimizer: { muon: 1e-2 } }")}",
            "(8,69): MG2026: 'muon' has no effect: it trains the matrices of linear layers and convolutions, and there are none in the "
                + "discriminator; use another optimizer"
        ),
        (
            $"{Game}generator: [reshape: [3, 1, 1], upsample: 6, {{ conv: {{ channels: 1, kernel: 1 }} }}]\ndiscriminator: "
                + $"[leaky-relu: 0.2, global-pool]\n{Trained("accumulate: 1")}",
            "(8,24): MG2026: 'adamw' has no effect: no layer has weights to train in the discriminator; add one that has, such as 'linear'"
        ),
        (
            "model: M\nfamily: network\ndata: { tensor: [4] }\nnetwork: [tanh]\nobjective: mean-squared-error\ntraining: { optimizer: { sgd: "
                + "0.1 }, batch: 4, duration: 2 steps }\n",
            "(6,24): MG2026: 'sgd' has no effect: no layer has weights to train here; add one that has, such as 'linear'"
        ),
        (
            "model: M\nfamily: network\ndata: { image: [1, 4, 4] }\nnetwork: [{ repeat: 501, layers: [conv: { channels: 1, kernel: 1, padding: 1 "
                + "}] }]\n",
            "(4,11): MG2022: block: the model needs more than 500 different module classes, such as a repeat makes whose shapes change each time"
        ),
        // Names and keys in the wrong place.
        (
            $"{Head}let: {{ twice: 2 * $one, one: 4 }}\nnetwork: [linear: $twice, linear: $one]\n",
            "(4,19): MG2009: '$one' is not defined yet: its definition is on line 4, and a constant may use only those above it"
        ),
        (
            $"{Head}let: {{ one: $one }}\nnetwork: [linear: $one]\n",
            "(4,13): MG2009: '$one' is not defined yet: its definition is on line 4, and a constant may use only those above it"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, weight-decay: 0.1, batch: 4, duration: 100 steps }}\n",
            "(6,41): MG2001: 'weight-decay' is not a key of 'training'; it belongs inside 'optimizer', as in optimizer: { adamw: { weight-decay: … } }"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\nlearning-rate: 1e-3\n",
            "(6,1): MG2001: 'learning-rate' is not a key of a model of the family 'transformer'; it belongs inside 'training.optimizer', as in training: { optimizer: { adafactor: { learning-rate: … } } }"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed]\ntraining: {{ optimizer: {{ adamw: 1e-3 }}, fraction: 0.1, batch: 4, duration: 100 steps }}\n",
            "(6,41): MG2001: 'fraction' is not a key of 'training'; it belongs inside 'validation', as in validation: { fraction: … }"
        ),
        // Warnings.
        (
            $"{Image}encoder: [flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6], sigmoid]\n",
            "(7,43): MG4001: sigmoid gives values from 0 to 1, but 'bernoulli' takes logits, to which it applies the sigmoid itself; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Image}encoder: [flatten]\ndecoder: [linear: 36, relu, reshape: [1, 6, 6]]\n",
            "(7,23): MG4001: relu gives values of at least 0, but 'bernoulli' takes logits, to which it applies the sigmoid itself; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Head}network: [flatten, linear: 3, softmax]\nobjective: cross-entropy\n",
            "(4,31): MG4001: softmax gives values from 0 to 1, but 'cross-entropy' takes logits, to which it applies the softmax itself; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Head}network: [flatten, linear: 3, gelu]\nobjective: binary-cross-entropy\n",
            "(4,31): MG4001: gelu gives values of at least -0.170041, but 'binary-cross-entropy' takes logits, to which it applies the sigmoid itself; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Gpt}network: [embed: 8, unembed, softmax]\n",
            "(5,30): MG4001: softmax gives values from 0 to 1, but 'next-token' takes logits, to which it applies the softmax itself; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1, tanh]\n",
            "(7,37): MG4001: tanh gives values from -1 to 1, but 'hinge' takes scores of any size and itself ignores what is beyond its margins of -1 and 1; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Played("least-squares")}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [flatten, linear: 1, sigmoid]\n",
            "(7,37): MG4001: sigmoid gives values from 0 to 1, but 'least-squares' takes scores of any size, which it pulls to 0 and 1 by squared distances; saturated scores have no gradient; remove the layer, or allow MG4001 if it is meant"
        ),
        (
            $"{Game}generator: [linear: 36, reshape: [1, 6, 6], sigmoid]\ndiscriminator: [flatten, linear: 1]\n",
            "(6,45): MG4002: sigmoid gives values from 0 to 1, but the discriminator sees the data rescaled to values from -1 to 1; end in 'tanh', or allow MG4002 if it is meant"
        ),
        (
            "model: M\nfamily: vae\ndata: { tensor: { shape: [1, 6, 6], range: [-3, 3] } }\nlatent: 3\nobjective: { elbo: { reconstruction: { "
                + "laplace: 0.1 } } }\nencoder: [flatten]\ndecoder: [linear: 36, reshape: [1, 6, 6], tanh]\n",
            "(7,43): MG4002: tanh gives values from -1 to 1, but the data have values from -3 to 3; remove it, or allow MG4002 if it is meant"
        ),
        (
            $"{Played("wasserstein")}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [batch-norm, flatten, linear: 1]\n",
            "(7,17): MG4003: batch-norm takes its statistics over the whole batch, but 'wasserstein' penalises the discriminator's gradient at each sample by itself; use 'layer-norm' or 'group-norm', or allow MG4003 if it is meant"
        ),
        (
            $"{Played("relativistic")}generator: [linear: 36, reshape: [1, 6, 6]]\ndiscriminator: [minibatch-deviation: 2, flatten, linear: 1]\n",
            "(7,17): MG4003: minibatch-deviation compares the samples of a batch, but 'relativistic' penalises the discriminator's gradient at each sample by itself; use 'layer-norm' or 'group-norm', or allow MG4003 if it is meant"
        ),
        (
            $"{Head}network: [flatten, linear: 3]\nobjective: {{ cross-entropy: {{ class-weights: [1, 5] }} }}\n",
            "(5,12): MG2023: 'class-weights' has 2 weights, but the network gives scores for 3 classes; give one for each"
        ),
        (
            $"{Head}network: [flatten, linear: 3]\nobjective: {{ cross-entropy: {{ class-weights: [1, 0, 2] }} }}\n",
            "(5,50): MG2006: 'cross-entropy.class-weights' is 0; it must be larger than 0"
        ),
        (
            $"{Head}network: [flatten, linear: 3]\nobjective: {{ cross-entropy: {{ class-weights: [1] }} }}\n",
            "(5,46): MG2005: 'cross-entropy.class-weights' expects at least 2 numbers; found 1"
        ),
        (
            $"{Head}network: [flatten, linear: 1, softmax]\n",
            "(4,31): MG4004: softmax over an axis of length 1 gives 1, whatever comes in; choose another axis, or 'sigmoid', or allow MG4004 if it is meant"
        ),
        (
            $"{Head}network: [flatten, linear: 1, layer-norm]\n",
            "(4,31): MG4004: layer-norm over a single element gives its bias, whatever comes in; normalise over more axes, or remove the layer, or allow MG4004 if it is meant"
        ),
        (
            $"{Sequence}self-attention: {{ heads: 8, query-key-norm: true }}\n",
            "(5,5): MG4004: self-attention over a single element of each head gives plus or minus the weight of its norm, whatever comes in; "
                + "use fewer heads, or allow MG4004 if it is meant"
        ),
        (
            $"{Head}network: [flatten, linear: 6, {{ group-norm: 6 }}]\n",
            "(4,31): MG4004: group-norm over groups of a single element gives its bias, whatever comes in; use fewer groups, or remove the layer, or allow MG4004 if it is meant"
        ),
        (
            "model: M\nfamily: transformer\ndata: { tokens: { context: 12, mask-token: <mask> } }\n"
                + "network: [embed: 8, self-attention: { heads: 2, causal: true }, unembed]\nobjective: masked-token\n",
            "(5,12): MG4005: 'masked-token' predicts a token from those on both sides, but no layer sees later ones; write 'causal: false', or "
                + "allow MG4005 if it is meant"
        ),
        (
            "model: M\nfamily: transformer\ndata: { tokens: { context: 12 } }\nnetwork: [embed: 8, self-attention: 2, unembed]\n"
                + "objective: masked-token\n",
            "(5,12): MG2004: 'masked-token' needs 'data.tokens.mask-token': the token that stands in for one to be predicted, as in mask-token: <mask>"
        ),
        (
            "model: M\nfamily: transformer\ndata: { tokens: { context: 12, end-token: <end> } }\nnetwork: [embed: 8, unembed]\n"
                + "objective: { next-token: { answers-only: true } }\n",
            "(5,12): MG2004: 'answers-only' needs 'data.tokens.answer-token': the token between a prompt and its answer, as in answer-token: <answer>"
        ),
        (
            "model: M\nfamily: transformer\ndata: { tokens: { context: 12, answer-token: <answer> } }\nnetwork: [embed: 8, unembed]\n"
                + "objective: { next-token: { answers-only: true } }\n",
            "(5,12): MG2004: 'answers-only' needs 'data.tokens.end-token': the token that ends an answer, as in end-token: <end>"
        ),
        (
            "model: M\nfamily: transformer\ndata: { tokens: { context: 12, vocabulary: 258, mask-token: <mask> } }\n"
                + "network: [embed: 8, self-attention: 2, unembed]\nobjective: masked-token\n",
            "(3,7): MG2023: 'tokenizer: bytes' has a vocabulary of 257, not 258; leave 'vocabulary' out, or choose another tokenizer"
        ),
        (
            $"{Text}padding-token: x, mask-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,62): MG2023: 'padding-token' and 'mask-token' are both 'x', and each needs a text of its own"
        ),
        (
            $"{Text}end-token: x, answer-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,60): MG2023: 'end-token' and 'answer-token' are both 'x', and each needs a text of its own"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: t.json }}, answer-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,90): MG2004: 'answer-token' with 'tokenizer: file' needs 'tokenizer.file.answer-id': the token's id in the file, which is "
                + "built into the model"
        ),
        (
            $"{Text}padding-token: '' }} }}\nnetwork: [embed: 8]\n",
            "(3,47): MG2023: 'padding-token' needs a text of one line, as in '<pad>'"
        ),
        (
            $"{Text}padding-token: x, tokenizer: characters, vocabulary: 2, mask-token: y }} }}\nnetwork: [embed: 8]\n",
            "(3,85): MG2023: a vocabulary of 2 leaves no token for the text beside 2 special tokens; raise it"
        ),
        (
            $"{Text}documents: apart }} }}\nnetwork: [embed: 8]\n",
            "(3,43): MG2023: 'documents: apart' needs to know where a document ends; name the token that ends one as 'end-token'"
        ),
        (
            $"{Text}end-token: x, documents: apart }} }}\ninputs: {{ documents: [T, 8] }}\nnetwork: [embed: 8, {{ add: , from: [embed, documents] }}]\n",
            "(4,9): MG2023: 'documents' is the name of what tells documents from each other; rename this one"
        ),
        (
            $"{Text}padding-token: </s> }} }}\nnetwork: [embed: 8]\n",
            "(3,47): MG2023: 'padding-token' is '</s>', which ends texts: a model that leaves it out never learns where one ends; choose "
                + "another, or name what ends texts as 'end-token'"
        ),
        (
            $"{Text}padding-token: x, end-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,61): MG2023: 'padding-token' and 'end-token' are both 'x', and each needs a text of its own"
        ),
        ($"{Text}tokenizer: byte }} }}\nnetwork: [embed: 8]\n", "(3,43): MG2002: 'byte' is not a tokenizer; did you mean 'bytes'?"),
        (
            $"{Text}tokenizer: bpe }} }}\nnetwork: [embed: 8]\n",
            "(3,17): MG2004: 'tokenizer: bpe' needs 'vocabulary': the number of tokens, as in vocabulary: 1024"
        ),
        (
            $"{Text}tokenizer: bpe, vocabulary: 257, padding-token: x, mask-token: y }} }}\nnetwork: [embed: 8]\n",
            "(3,60): MG2023: a vocabulary of 257 is too small for 'tokenizer: bpe': 256 bytes and 2 special tokens need 258; raise it"
        ),
        (
            $"{Text}tokenizer: bpe, vocabulary: 300, end-token: the end }} }}\nnetwork: [embed: 8]\n",
            "(3,76): MG2023: 'end-token' has white space, at which 'tokenizer: bpe' cuts words; choose another text"
        ),
        (
            $"{Text}tokenizer: {{ file: t.json }} }} }}\nnetwork: [embed: 8]\n",
            "(3,17): MG2004: 'tokenizer: file' needs 'vocabulary': the number of tokens of the model, at least as many as the file has"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: '' }} }} }}\nnetwork: [embed: 8]\n",
            "(3,66): MG2006: 'file.path' is empty; it must be a path"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: {{ path: a.json, merges: a.bpe, pattern: x }} }} }} }}\nnetwork: [embed: 8]\n",
            "(3,106): MG2023: 'merges' belongs to files of GPT-2 and 'pattern' to those of tiktoken; remove one of the two"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: t.json }}, padding-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,91): MG2004: 'padding-token' with 'tokenizer: file' needs 'tokenizer.file.padding-id': the token's id in the file, which is "
                + "built into the model"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: {{ path: t.json, mask-id: 3 }} }} }} }}\nnetwork: [embed: 8]\n",
            "(3,91): MG2026: 'tokenizer.file.mask-id' has no effect: it is the id of 'mask-token', which the spec does not name"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: {{ path: t.json, mask-id: 9 }} }}, mask-token: x }} }}\nnetwork: [embed: 8]\n",
            "(3,91): MG2006: 'tokenizer.file.mask-id' is 9; it must be below the vocabulary of 9"
        ),
        (
            $"{Text}vocabulary: 9, tokenizer: {{ file: {{ path: t.json, end-id: 3, mask-id: 3 }} }}, end-token: x, mask-token: y }} }}\nnetwork: [embed: 8]\n",
            "(3,102): MG2023: 'end-id' and 'mask-id' are both 3, and each token has an id of its own"
        ),
        (
            $"{Text}padding-token: x }} }}\nnetwork: [embed: 8, softmax: {{ axis: 0 }}]\n",
            "(4,21): MG4006: 'softmax' looks at later positions, which may be padding, so that a text's result depends on how far it was filled "
                + "up; leave it out, or allow MG4006 if it is meant"
        ),
        (
            $"{Text}padding-token: x }} }}\ninputs: {{ presence: [T, 8] }}\nnetwork: [embed: 8, {{ add: , from: [embed, presence] }}]\n",
            "(4,9): MG2023: 'presence' is the name of what tells padding from other tokens; rename this one"
        ),
        (
            $"{Text}end-token: x, documents: apart }} }}\nnetwork: [embed: 8]\n",
            "(3,7): MG2023: 'documents: apart' keeps attention within each document, and no layer here attends along the text; leave it out"
        ),
        (
            $"{Head}network: [flatten, sequence-pool]\n",
            "(4,20): MG2007: sequence-pool needs a sequence [T, …]; it gets [36]. How it got there: network: [4, 9] -> flatten [36]"
        ),
        (
            $"{Head}allow: MG4001\nnetwork: [relu]\n",
            "(4,8): MG2005: 'allow' expects a list of numbers of warnings, such as [MG4001]; found 'MG4001'"
        ),
        ($"{Head}allow: []\nnetwork: [relu]\n", "(4,8): MG2018: 'allow' has no entries; it needs at least one"),
        ($"{Head}allow: [[MG4001]]\nnetwork: [relu]\n", "(4,9): MG2005: 'allow' expects the number of a warning; found a list"),
        ($"{Head}allow: [MG2001]\nnetwork: [relu]\n", "(4,9): MG2002: 'MG2001' is not a warning but a mistake, which cannot be allowed"),
        ($"{Head}allow: [MG401]\nnetwork: [relu]\n", "(4,9): MG2002: 'MG401' is not the number of a warning; did you mean 'MG4001'?"),
        (
            $"{Head}allow: [MG4001]\nnetwork: [relu]\n",
            "(4,9): MG2026: 'allow: MG4001' has no effect: nothing in this model raises that warning"
        ),
        ($"{Head}allow: [MG4004, MG4004]\nnetwork: [flatten, linear: 1, softmax]\n", "(4,17): MG1008: 'MG4004' is already given on line 4"),
    ];

    // The last of many, so the only one that never stands alone.
    private static readonly (string Spec, string Error) Flood = (
        $"{Head}network: [{string.Join(", ", Enumerable.Repeat("x", 120))}]\n",
        "(4,311): MG1010: 20 more mistakes from here on are not shown"
    );

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void IsTheOnlyThingReported(int number) => Assert.Equal(Mistakes[number].Error, Tests.Spec.Error(Mistakes[number].Spec));

    [Fact]
    public void OfManyMistakesTheFirstAreShown()
    {
        var errors = Tests.Spec.Errors(Flood.Spec);

        Assert.Equal(101, errors.Count);
        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"(4,{11 + (3 * i)}): MG2002")),
            errors.Take(100).Select(error => error[..error.LastIndexOf(": ", StringComparison.Ordinal)])
        );
        Assert.Equal(Flood.Error, errors[100]);
    }

    // Two are told of in one line; the first too many takes that line itself.
    [Theory]
    [InlineData(100, 100, "MG2002")]
    [InlineData(101, 101, "MG2002")]
    [InlineData(102, 101, "MG1010: 2 more mistakes from here on are not shown")]
    [InlineData(1102, 101, "MG1010: 1,002 more mistakes from here on are not shown")]
    public void WhatIsLeftOutIsCounted(int mistakes, int shown, string last)
    {
        var errors = Tests.Spec.Errors($"{Head}network: [{string.Join(", ", Enumerable.Repeat("x", mistakes))}]\n");

        Assert.Equal(shown, errors.Count);
        Assert.Contains(last, errors[^1], StringComparison.Ordinal);
    }

    // Shapes are checked after the text is read, and their mistakes take the places between those of the text.
    [Fact]
    public void MistakesOfEveryStageCount()
    {
        var errors = Tests.Spec.Errors(
            $"{Head}network:\n{string.Concat(Enumerable.Repeat("  - residual: [linear: 3]\n", 60))}initialiser: {{ "
                + $"{string.Join(", ", Enumerable.Range(0, 60).Select(i => $"k{i}: 1"))} }}\n"
        );

        Assert.Equal(60, errors.Count(error => error.Contains("MG2019", StringComparison.Ordinal)));
        Assert.Equal(101, errors.Count);
        Assert.EndsWith(" 20 more mistakes from here on are not shown", errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void FaultOfTheCompilerIsReportedAtTheFile()
    {
        var generated = SpecCompiler.Generate(new ModelSpec("M", "", null!, null!, IsComplete: true), null);

        var diagnostic = Assert.Single(SpecCompiler.Diagnostics(new ParsedSpec(null, SourceMap.None, default), generated));
        Assert.Null(generated.Code);
        Assert.Contains($"```text\n{diagnostic.Format("example.model.yaml")}\n```", Repository.Example("MG9999"), StringComparison.Ordinal);
    }

    [Fact]
    public void RulesAreNumberedOnceAndExplained()
    {
        Assert.Equal(Rules.All.Count, Rules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.All(Rules.All, rule =>
        {
            Assert.Matches(Id(), rule.Id);
            Assert.All(new[] { rule.Title, rule.Message, rule.Cause, rule.Fix }, text => Assert.NotEqual("", text));
            Assert.DoesNotMatch(@"\.$", rule.Message);
            Assert.All(new[] { rule.Cause, rule.Fix }, text => Assert.Matches(@"\.$", text));
        });
    }

    private static string Played(string objective) => Game.Replace("hinge", objective, StringComparison.Ordinal);

    // A training of 100 steps with a learning rate of 0.001, and more.
    private static string Trained(string more = "") =>
        $"training: {{ optimizer: {{ adamw: 1e-3 }}, {(more.Length > 0 ? more + ", " : "")}batch: 4, duration: 100 steps }}\n";

    [GeneratedRegex("MG[0-9]{4}")]
    private static partial Regex Id();
}
