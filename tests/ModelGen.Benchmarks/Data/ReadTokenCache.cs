using System.Diagnostics;
using ModelGen.Data;
using ModelGen.Tokenization;

namespace ModelGen.Benchmarks.Data;

/// <summary>Batches from the file of tokens of a text.</summary>
internal sealed class ReadTokenCache : Benchmark
{
    private const int TextBytes = 64 << 20;
    private const int Context = 256;
    private const int BatchSize = 32;
    private const int Batches = 200;
    private const ulong Seed = 1;

    public override string Name => "read-token-cache";

    public override string Sentence =>
        $"{Batches} random batches of {BatchSize} by {Context} tokens of {TextBytes >> 20} MiB of text from the file that is mapped into "
        + "memory, against those from a tensor; the ratio is that of the times.";

    public override Comparison Run()
    {
        var folder = Directory.CreateTempSubdirectory("modelgen-");
        try
        {
            var path = Path.Combine(folder.FullName, "text.txt");
            Write(path);
            var text = TextCorpus.Read(path);
            using var tensor = Create(text, isCached: false, "in memory");
            using (Create(text, isCached: true, "file written")) { }
            using var file = Create(text, isCached: true, "file found");
            if (tensor.Fingerprint != file.Fingerprint || !file.IsMapped)
            {
                throw new ModelGenException("The two sides do not have the same tokens, or neither has a file.");
            }

            const double Megabytes = (double)Batches * BatchSize * Context / 1e6;
            var batch = 0L;
            return Comparison.Time(() => Read(file), () => Read(tensor), warmUps: 2, pairs: 31) with
            {
                Format = static seconds => Comparison.Number(Megabytes / seconds, "MB/s"),
            };

            void Read(TokenDataset data)
            {
                for (var i = 0; i < Batches; i++)
                {
                    var (inputs, targets) = data.Training.Batch(BatchSize, Seed, batch++);
                    inputs.Dispose();
                    targets.Dispose();
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static TokenDataset Create(TextCorpus text, bool isCached, string what)
    {
        var start = Stopwatch.GetTimestamp();
        var data = TokenDataset.Create(text, new ByteTokenizer(), Context, null, null, isCached ? 0 : long.MaxValue, null, default);
        Console.Error.WriteLine(FormattableString.Invariant($"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
        return data;
    }

    private static void Write(string path)
    {
        var random = new Random(1);
        var line = new byte[1 << 16];
        using var stream = File.Create(path);
        for (var written = 0; written < TextBytes; written += line.Length)
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = (byte)random.Next('a', 'z' + 1);
            }

            stream.Write(line);
        }
    }
}
