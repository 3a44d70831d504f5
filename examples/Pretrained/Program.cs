using System.Globalization;
using ModelGen;
using ModelGen.Data;
using ModelGen.Examples.Pretrained;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

const int Length = 40;
const string Weights = "model.safetensors";
const string Usage = "usage: pretrained gpt2 FOLDER TEXT | pretrained minilm FOLDER TEXT TEXT…";

return args switch
{
    ["gpt2", var folder, var text] => ConsoleProgram.Run(stop => Continue(folder, text, stop)),
    ["minilm", var folder, var first, .. var others] when others.Length > 0 => ConsoleProgram.Run(stop =>
        Compare(folder, first, others, stop)
    ),
    _ => ConsoleProgram.Fail(Usage, ConsoleProgram.WrongArguments),
};

// Goes on with a text. The folder has the files of a GPT-2 as published: model.safetensors, vocab.json and merges.txt.
static bool Continue(string folder, string text, CancellationToken stop)
{
    using var model = new Gpt2();
    model.Weights.Load(Path.Combine(folder, Weights), new ProgressLine("loading weights"), stop);
    var tokenizer = BpeTokenizer.ReadGpt2(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
    Console.Write(text);
    foreach (var piece in TextGenerator.Stream(model, tokenizer, text, Length, Gpt2.Sampling, seed: 1, stop))
    {
        Console.Write(ConsoleText.Printable(piece));
    }

    Console.WriteLine();
    return true;
}

// How alike in meaning texts are to the first one. The folder has the files of MiniLM: model.safetensors and vocab.txt.
static bool Compare(string folder, string first, IReadOnlyList<string> others, CancellationToken stop)
{
    using var model = new MiniLm();
    model.Weights.Load(Path.Combine(folder, Weights), new ProgressLine("loading weights"), stop);
    model.eval();
    var tokenizer = Tokenizer.Read(Path.Combine(folder, "vocab.txt"));
    using var noGrad = no_grad();
    using var vector = Embed(model, tokenizer, first);
    foreach (var other in others)
    {
        using var second = Embed(model, tokenizer, other);
        using var product = vector.dot(second);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{product.item<float>():F3}  {ConsoleText.Printable(other)}"));
    }

    return true;
}

// The mean of the hidden states, of unit length: Reimers and Gurevych 2019.
static Tensor Embed(MiniLm model, Tokenizer tokenizer, string text)
{
    using var scope = NewDisposeScope();
    long[] ids =
    [
        Id(SpecialTokenRole.Classification),
        .. tokenizer.Encode(text).Select(static id => (long)id),
        Id(SpecialTokenRole.Separator),
    ];
    if (ids.Length > MiniLm.Context)
    {
        throw new ModelGenException($"The text '{text[..40]}…' has {ids.Length} tokens, and MiniLM reads {MiniLm.Context}; shorten it.");
    }

    var mean = model.call(tensor(ids).unsqueeze(0)).mean([0L, 1L]);
    return nn.functional.normalize(mean, p: 2, dim: 0).MoveToOuterDisposeScope();

    long Id(SpecialTokenRole role) =>
        tokenizer.IdOf(role) ?? throw new ModelGenException($"The vocabulary has no token for {role}; use the vocab.txt of MiniLM.");
}
