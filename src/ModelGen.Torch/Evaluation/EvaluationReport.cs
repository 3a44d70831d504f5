using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelGen.Files;

namespace ModelGen.Evaluation;

/// <summary>
/// What was measured on a model's samples and how, written as <c>evaluation.json</c>: the figures, the feature extractor they depend on,
/// the numbers of images, and the seeds. Entries are written in the order in which they were added, so equal reports give equal files.
/// </summary>
public sealed class EvaluationReport
{
    private const string Format = EvaluationFile.Format;

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

    /// <summary>The name of the feature extractor; null if there is none.</summary>
    public string? Extractor => _extractor?.Name;

    /// <summary>The figures by name, in insertion order.</summary>
    public IReadOnlyDictionary<string, double> Figures => _figures;

    /// <summary>The notes for the reader, in insertion order.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>
    /// Whether <c>validation_loss</c> is the mean over the tokens of answers alone, see
    /// <see cref="Objectives.NextTokenOptions.AnswersOnly"/>; it then says nothing of the whole text.
    /// </summary>
    public bool IsOfAnswers { get; init; }

    /// <summary>Records the extractor of the features that the figures depend on.</summary>
    /// <param name="extractor">The extractor, one per report; it may be disposed after this call.</param>
    /// <exception cref="InvalidOperationException">The report already has an extractor.</exception>
    public void Add(FeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(extractor);
        if (_extractor is not null)
        {
            throw new InvalidOperationException("All figures of a report must come from one extractor.");
        }

        _extractor = (extractor.Name, extractor.Hash, (extractor as ClassifierExtractor)?.TestAccuracy);
    }

    /// <summary>Adds a number that the figures depend on, such as that of the images used, <c>generated</c> and <c>test</c>.</summary>
    /// <param name="name">What is counted.</param>
    /// <param name="count">The number.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddCount(string name, long count) => _counts.Add(name, count);

    /// <summary>Adds a seed, for example the sampling seed.</summary>
    /// <param name="name">What it seeds.</param>
    /// <param name="seed">The seed.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void AddSeed(string name, ulong seed) => _seeds.Add(name, seed);

    /// <summary>Adds a note for the reader.</summary>
    /// <param name="note">The note, a full sentence.</param>
    public void AddNote(string note)
    {
        ArgumentException.ThrowIfNullOrEmpty(note);
        _notes.Add(note);
    }

    /// <summary>Adds a custom figure.</summary>
    /// <param name="name">Its name, in lower case with underscores.</param>
    /// <param name="value">Its value; NaN and infinity are written as text.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _figures.Add(name, value);
    }

    /// <summary>Adds <c>frechet_distance</c>, and a note if there were too few samples.</summary>
    /// <param name="distance">The distance.</param>
    public void Add(FrechetDistance distance)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Add("frechet_distance", distance.Value);
        if (distance.HasTooFewSamples)
        {
            AddNote("frechet_distance was computed from no more samples than features and mostly reflects the small sample size.");
        }
    }

    /// <summary>Adds <c>kernel_distance</c> and <c>kernel_distance_std</c>, the standard deviation over subsets.</summary>
    /// <param name="distance">The distance.</param>
    public void Add(KernelDistance distance)
    {
        ArgumentNullException.ThrowIfNull(distance);
        Add("kernel_distance", distance.Mean);
        Add("kernel_distance_std", distance.StandardDeviation);
        AddCount("kernel_distance_subsets", distance.Subsets);
        AddCount("kernel_distance_subset_size", distance.SubsetSize);
    }

    /// <summary>Adds <c>precision</c> and <c>recall</c>.</summary>
    /// <param name="measured">The result.</param>
    public void Add(PrecisionRecall measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        Add("precision", measured.Precision);
        Add("recall", measured.Recall);
        AddCount("precision_recall_neighbours", measured.Neighbours);
    }

    /// <summary>Adds <c>density</c> and <c>coverage</c>.</summary>
    /// <param name="measured">The result.</param>
    public void Add(DensityCoverage measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        Add("density", measured.Density);
        Add("coverage", measured.Coverage);
        AddCount("density_coverage_neighbours", measured.Neighbours);
    }

    /// <summary>Adds <c>copying_SPACE_z</c>, <c>copying_SPACE_closer_share</c> and <c>copying_SPACE_threshold</c>.</summary>
    /// <param name="measured">The result.</param>
    /// <param name="space">The space: <c>feature</c> or <c>pixel</c>.</param>
    public void Add(DataCopying measured, string space)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentException.ThrowIfNullOrEmpty(space);
        Add($"copying_{space}_z", measured.ZScore);
        Add($"copying_{space}_closer_share", measured.CloserShare);
        Add($"copying_{space}_threshold", measured.Threshold);
    }

    /// <summary>Adds <c>class_total_variation</c> and <c>class_kullback_leibler</c>, and the class counts under <c>classes</c>.</summary>
    /// <param name="balance">The class balance; one per report.</param>
    /// <exception cref="InvalidOperationException">The report already has one.</exception>
    public void Add(ClassBalance balance)
    {
        ArgumentNullException.ThrowIfNull(balance);
        if (_classes is not null)
        {
            throw new InvalidOperationException("A report holds one class balance.");
        }

        _classes = balance;
        Add("class_total_variation", balance.TotalVariation);
        Add("class_kullback_leibler", balance.KullbackLeibler);
    }

    /// <summary>Writes the report, atomically: an earlier file of the same name stays untouched until the new one is complete.</summary>
    /// <param name="path">The file, by convention <c>evaluation.json</c> in the run's folder.</param>
    /// <exception cref="ModelGenException">The file cannot be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "the evaluation", stream =>
        {
            // Class names stay unescaped: the file is read as JSON, not embedded in a web page.
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
        // JSON has no numbers for NaN and infinity.
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
