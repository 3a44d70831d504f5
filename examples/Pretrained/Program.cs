using System.Globalization;
using ModelGen.Embeddings;
using ModelGen.Examples.Pretrained;
using ModelGen.Prediction;
using ModelGen.Runs;
using ModelGen.Sampling;
using ModelGen.Tokenization;

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
    using var generator = new ModelEmbeddingGenerator(new TextEmbedder(model, Tokenizer.Read(Path.Combine(folder, "vocab.txt"))));

    // The vectors have unit length, so that their product is the cosine of the angle between them.
    var vectors = generator.GenerateAsync([first, .. others], cancellationToken: stop).GetAwaiter().GetResult();
    foreach (var (text, vector) in others.Zip(vectors.Skip(1)))
    {
        var product = vectors[0].Vector.ToArray().Zip(vector.Vector.ToArray(), static (a, b) => a * b).Sum();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{product:F3}  {ConsoleText.Printable(text)}"));
    }

    return true;
}
