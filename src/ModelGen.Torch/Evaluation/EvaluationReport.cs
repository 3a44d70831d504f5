using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelGen.Files;

namespace ModelGen.Evaluation;

/// <summary>
/// What was measured of a model's samples and how, written as <c>evaluation.json</c>: the figures, the extractor that they hang on, how
/// many images there were, and the seeds. Everything is written in the order in which it was added, so that equal reports are equal
/// files.
/// </summary>
public sealed class EvaluationReport
{
    private const string Format = "modelgen-evaluation-1";

    private readonly string _model;
    private readonly OrderedDictionary<string, long> _counts = [];
    private readonly OrderedDictionary<string, ulong> _seeds = [];
    private readonly OrderedDictionary<string, double> _figures = [];
    private readonly List<string> _notes = [];
    private (string Name, string Hash, double? Accuracy)? _extractor;
    private ClassBalance? _classes;

    /// <summary>Creates an empty report.</summary>
    /// <param name="model">The model's name.</param>
    public EvaluationReport(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        _model = model;
    }

    /// <summary>The name of the extractor of the features; null where there is none.</summary>
    public string? Extractor => _extractor?.Name;

    /// <summary>The figures by name, in the order in which they were added.</summary>
    public IReadOnlyDictionary<string, double> Figures => _figures;

    /// <summary>The sentences for the reader, in the order in which they were added.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Names what made the features that figures hang on.</summary>
    /// <param name="extractor">The extractor, at most one of them; it may be disposed after this call.</param>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public void Add(FeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        if (_extractor is not null)
        {
            throw new InvalidOperationException("The figures of a report hang on one extractor.");
        }

        _extractor = (extractor.Name, extractor.Hash, (extractor as ClassifierExtractor)?.TestAccuracy);
    }

    /// <summary>Adds how many images of a kind were used, for example <c>generated</c> and <c>test</c>.</summary>
    /// <param name="name">The kind.</param>
    /// <param name="count">Their number.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddCount(string name, long count) => _counts.Add(name, count);

    /// <summary>Adds a seed, for example that of the sampling.</summary>
    /// <param name="name">What it is the seed of.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddSeed(string name, ulong seed) => _seeds.Add(name, seed);

    /// <summary>Adds a sentence for the reader.</summary>
    /// <param name="note">The sentence.</param>
    public void AddNote(string note)
    {
        ArgumentException.ThrowIfNullOrEmpty(note);
        _notes.Add(note);
    }

    /// <summary>Adds a figure of the caller's own.</summary>
    /// <param name="name">Its name, in lower case with underscores.</param>
    /// <param name="value">Its value; NaN and infinity are written as text.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _figures.Add(name, value);
    }

    /// <summary>Adds <c>frechet_distance</c>, and a note where there were too few samples.</summary>
    /// <param name="distance">What was measured.</param>
    public void Add(FrechetDistance distance)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Add("frechet_distance", distance.Value);
        if (distance.HasTooFewSamples)
        {
            AddNote("frechet_distance comes from no more samples than features and mostly tells how few there are.");
        }
    }

    /// <summary>Adds <c>kernel_distance</c> and <c>kernel_distance_std</c>, the standard deviation of one subset.</summary>
    /// <param name="distance">What was measured.</param>
    public void Add(KernelDistance distance)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Add("kernel_distance", distance.Mean);
        Add("kernel_distance_std", distance.StandardDeviation);
        AddCount("kernel_distance_subsets", distance.Subsets);
        AddCount("kernel_distance_subset_size", distance.SubsetSize);
    }

    /// <summary>Adds <c>precision</c> and <c>recall</c>.</summary>
    /// <param name="measured">What was measured.</param>
    public void Add(PrecisionRecall measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        Add("precision", measured.Precision);
        Add("recall", measured.Recall);
        AddCount("precision_recall_neighbours", measured.Neighbours);
    }

    /// <summary>Adds <c>density</c> and <c>coverage</c>.</summary>
    /// <param name="measured">What was measured.</param>
    public void Add(DensityCoverage measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        Add("density", measured.Density);
        Add("coverage", measured.Coverage);
        AddCount("density_coverage_neighbours", measured.Neighbours);
    }

    /// <summary>Adds <c>copying_SPACE_z</c>, <c>copying_SPACE_closer_share</c> and <c>copying_SPACE_threshold</c>.</summary>
    /// <param name="measured">What was measured.</param>
    /// <param name="space">In which space: <c>feature</c> or <c>pixel</c>.</param>
    public void Add(DataCopying measured, string space)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentException.ThrowIfNullOrEmpty(space);
        Add($"copying_{space}_z", measured.ZScore);
        Add($"copying_{space}_closer_share", measured.CloserShare);
        Add($"copying_{space}_threshold", measured.Threshold);
    }

    /// <summary>
    /// Adds <c>class_total_variation</c> and <c>class_kullback_leibler</c>, and the counts of the classes under <c>classes</c>.
    /// </summary>
    /// <param name="balance">What was measured; at most one of them.</param>
    /// <exception cref="InvalidOperationException">There is one already.</exception>
    public void Add(ClassBalance balance)
    {
        ArgumentNullException.ThrowIfNull(balance);
        if (_classes is not null)
        {
            throw new InvalidOperationException("A report holds the balance of classes once.");
        }

        _classes = balance;
        Add("class_total_variation", balance.TotalVariation);
        Add("class_kullback_leibler", balance.KullbackLeibler);
    }

    /// <summary>Writes the report, atomically: until it is whole, an earlier file of the same name stays as it is.</summary>
    /// <param name="path">The file, by custom <c>evaluation.json</c> in the run's folder.</param>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "the evaluation", stream =>
        {
            // Class names are shown as people write them; the file is read as JSON, not as a part of a web page.
            var options = new JsonWriterOptions
            {
                Indented = true,
                NewLine = "\n",
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            };
            using (var writer = new Utf8JsonWriter(stream, options))
            {
                Write(writer);
            }

            stream.Write("\n"u8);
        });
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteString("model", _model);
        if (_extractor is { } extractor)
        {
            writer.WriteStartObject("extractor");
            writer.WriteString("name", extractor.Name);
            writer.WriteString("hash", extractor.Hash);
            if (extractor.Accuracy is { } accuracy)
            {
                WriteNumber(writer, "test_accuracy", accuracy);
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("extractor");
        }

        writer.WriteStartObject("figures");
        foreach (var (name, value) in _figures)
        {
            WriteNumber(writer, name, value);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("counts");
        foreach (var (name, value) in _counts)
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("seeds");
        foreach (var (name, value) in _seeds)
        {
            writer.WriteNumber(name, value);
        }

        writer.WriteEndObject();
        if (_classes is not null)
        {
            WriteClasses(writer, _classes);
        }

        writer.WriteStartArray("notes");
        foreach (var note in _notes)
        {
            writer.WriteStringValue(note);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteClasses(Utf8JsonWriter writer, ClassBalance balance)
    {
        writer.WriteStartObject("classes");
        writer.WriteStartArray("balance");
        for (var index = 0; index < balance.Classes.Count; index++)
        {
            writer.WriteStartObject();
            writer.WriteString("class", balance.Classes[index]);
            writer.WriteNumber("samples", balance.SampleCounts[index]);
            writer.WriteNumber("data", balance.DataCounts[index]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("absent");
        foreach (var name in balance.Absent)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double value)
    {
        // JSON has no number for NaN and infinity.
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
