using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using ModelGen.Files;
using ModelGen.Training;
using Tensorboard;

namespace ModelGen.Runs;

/// <summary>
/// Writes a run for TensorBoard (<c>tensorboard --logdir FOLDER</c>): every metric under its name in <see cref="MetricsFile"/>, and the
/// samples that <see cref="SampleGrids"/> and <see cref="SampleTexts"/> have written. Add it to a trainer's observers after these.
/// </summary>
/// <remarks>
/// The folder holds one file, <c>events.out.tfevents.000001</c>. A resumed run replaces it with the next, which keeps what came before the
/// step that it resumes from, so no step is shown twice. Each report is handed to the operating system before training continues: a killed
/// process loses none, and a power failure at most those after the last checkpoint.
/// </remarks>
public sealed class TensorBoardFile : TrainingObserver
{
    private const string Prefix = "events.out.tfevents.";
    private const string Images = "images";
    private const string Texts = "texts";

    private readonly string _folder;
    private readonly string? _samples;
    private string _path = "";

    /// <summary>Creates the observer; the file is written when the run starts.</summary>
    /// <param name="folder">Where the file goes; it is created if missing. Other files of this kind in it belong to earlier sessions of the
    /// run, and are deleted.</param>
    /// <param name="samples">The folder that <see cref="SampleGrids"/> or <see cref="SampleTexts"/> writes into; null if there are
    /// none.</param>
    public TensorBoardFile(string folder, string? samples = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _samples = samples;
    }

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Writing(() =>
        {
            var files = Directory.Exists(_folder) ? Directory.GetFiles(_folder, Prefix + "*") : [];

            // What a kill has left unfinished may begin with the restart of a run and lack the events that follow.
            var earlier = files
                .Where(static path => !path.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .ToArray();
            var kept = start.Step > 0 ? Kept(earlier.SelectMany(EventFile.Read), start) : [];

            // A new, later name: a running TensorBoard follows the names, and would miss a file that is replaced.
            var number =
                earlier.Length > 0
                && int.TryParse(
                    Path.GetFileName(earlier[^1])[Prefix.Length..],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var last
                )
                    ? last + 1
                    : 1;
            _path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D6}"));
            AtomicFile.Write(_path, "the TensorBoard file", stream =>
            {
                foreach (var each in kept.Prepend(Restart(0)).Prepend(new Event { WallTime = Now(), FileVersion = "brain.Event:2" }))
                {
                    stream.Write(EventFile.Record(each));
                }
            });
            foreach (var path in files)
            {
                File.Delete(path);
            }
        });
        if (start.Step == 0)
        {
            Append(0, []);
        }
    }

    /// <inheritdoc/>
    public override void OnStep(StepReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(report.Step, MetricsFile.MetricsOf(report));
    }

    /// <inheritdoc/>
    public override void OnValidation(ValidationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(Scalars(report.Step, MetricsFile.MetricsOf(report)));
    }

    /// <inheritdoc/>
    public override void OnRollback(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Append(Restart(report.ToStep + 1));
    }

    /// <inheritdoc/>
    public override void OnCheckpoint(CheckpointReport report) => Writing(() => AppendedFile.Flush(_path));

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);

        // What made the run fail, a full disk for example, must not be hidden by a second failure here.
        if (result.Outcome != TrainingOutcome.Failed)
        {
            Writing(() => AppendedFile.Flush(_path));
        }
    }

    /// <summary>The earlier events that a resumed run keeps, with restarts applied.</summary>
    private static List<Event> Kept(IEnumerable<Event> events, TrainingStart start)
    {
        var kept = new List<Event>();
        foreach (var each in events)
        {
            if (each.WhatCase == Event.WhatOneofCase.SessionLog)
            {
                kept.RemoveAll(before => before.Step >= each.Step);
            }
            else if (
                each.WhatCase == Event.WhatOneofCase.Summary
                && each.Step <= start.Step
                && !MetricsFile.IsTakenAgain(each.Step, each.Summary.Value.Select(static value => value.Tag), start)
            )
            {
                kept.Add(each);
            }
        }

        return kept;
    }

    /// <summary>Tells TensorBoard to discard a step and all later ones.</summary>
    private static Event Restart(long step) =>
        new()
        {
            WallTime = Now(),
            Step = step,
            SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
        };

    private static Event Scalars(long step, IEnumerable<MetricValue> metrics)
    {
        var summary = new Summary();
        summary.Value.Add(
            metrics.Select(static metric => new Summary.Types.Value { Tag = metric.Name, SimpleValue = (float)metric.Value })
        );
        return new Event
        {
            WallTime = Now(),
            Step = step,
            Summary = summary,
        };
    }

    /// <summary>An image, whose size and number of channels are in the 26 bytes that every PNG file begins with.</summary>
    private static Summary.Types.Value Image(byte[] png) =>
        new()
        {
            Tag = Images,
            Image = new Summary.Types.Image
            {
                Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
                Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),
                Colorspace = png[25] == 0 ? 1 : 3,
                EncodedImageString = ByteString.CopyFrom(png),
            },
        };

    /// <summary>A text, indented: TensorBoard renders Markdown, which shows indented text as it is.</summary>
    private static Summary.Types.Value Text(string text)
    {
        var indented = string.Join('\n', text.Split('\n').Select(static line => "    " + line));
        var value = new TensorProto { Dtype = DataType.DtString, TensorShape = new TensorShapeProto() };
        value.StringVal.Add(ByteString.CopyFromUtf8(indented));
        return new Summary.Types.Value
        {
            Tag = Texts,
            Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
            Tensor = value,
        };
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    private static void Writing(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                $"Cannot write the TensorBoard file: {exception.Message.TrimEnd('.')}; free some space, or write to another folder.",
                exception
            );
        }
    }

    /// <summary>Adds a step's metrics, and the samples drawn at it.</summary>
    private void Append(long step, IReadOnlyList<MetricValue> metrics) =>
        Writing(() =>
        {
            var happened = Scalars(step, metrics);
            if (_samples is not null && SampleFiles.PathOf(_samples, step, SampleGrids.Extension) is var grid && File.Exists(grid))
            {
                happened.Summary.Value.Add(Image(File.ReadAllBytes(grid)));
            }

            if (_samples is not null && SampleFiles.PathOf(_samples, step, SampleTexts.Extension) is var text && File.Exists(text))
            {
                happened.Summary.Value.Add(Text(File.ReadAllText(text)));
            }

            if (happened.Summary.Value.Count > 0)
            {
                Append(happened);
            }
        });

    private void Append(Event happened) => Writing(() => AppendedFile.Append(_path, EventFile.Record(happened)));
}
