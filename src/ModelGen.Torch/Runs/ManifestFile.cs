using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Files;
using ModelGen.Native;
using ModelGen.Training;

namespace ModelGen.Runs;

/// <summary>
/// Writes a manifest of a run as JSON: the spec, the recipe if there is one and the specs of other models that it uses, each with its
/// SHA-256; under <c>run</c> the model, the
/// hashes of its architecture and of the data, the seed and every option; under <c>sessions</c>, for the start and for each resume, the
/// time, the machine, the versions and the commit of the repository that the spec is in, if any; and under <c>final</c>, once the run has
/// finished, the last values of its <see cref="MetricsFile"/>.
/// </summary>
/// <remarks>
/// A session without <c>ended</c> was killed or failed. The file is replaced as a whole each time. Add it to a trainer's observers after
/// the metrics file.
/// </remarks>
public sealed class ManifestFile : TrainingObserver
{
    private const string Sessions = "sessions";

    private readonly string _path;
    private readonly string _spec;
    private readonly string _metrics;
    private JsonObject _manifest = [];
    private JsonObject _session = [];

    /// <summary>Creates the observer; the file is written when the run starts and when it ends.</summary>
    /// <param name="path">The file. A new run replaces it; a resumed run adds a session to it.</param>
    /// <param name="spec">The model's spec file.</param>
    /// <param name="metrics">The file that a <see cref="MetricsFile"/> writes.</param>
    public ManifestFile(string path, string spec, string metrics)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(spec);
        ArgumentException.ThrowIfNullOrEmpty(metrics);
        _path = path;
        _spec = spec;
        _metrics = metrics;
    }

    /// <summary>The file of the recipe by which the model is trained; null for none.</summary>
    public string? Recipe { get; init; }

    /// <summary>The spec files of the other models that the recipe uses.</summary>
    public IReadOnlyList<string> UsedSpecs { get; init; } = [];

    /// <inheritdoc/>
    public override void OnStart(TrainingStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var hash = HashOf(_spec);
        var sessions = start.IsResumed && File.Exists(_path) ? EarlierSessions() : [];
        _session = Session(start, hash);
        sessions.Add((JsonNode)_session);
        _manifest = new JsonObject
        {
            [RunManifest.Spec] = Named(_spec, hash),
            ["run"] = Texts(start.Run.OrderBy(static entry => entry.Key, StringComparer.Ordinal)),
            [Sessions] = sessions,
        };
        if (Recipe is not null)
        {
            _manifest.Insert(1, RunManifest.Recipe, Named(Recipe, HashOf(Recipe)));
        }

        if (UsedSpecs.Count > 0)
        {
            _manifest.Insert(
                _manifest.Count - 2,
                RunManifest.UsedSpecs,
                new JsonArray([.. UsedSpecs.Select(static file => Named(file, HashOf(file)))])
            );
        }

        Write();
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);

        // What made the run fail, a full disk for example, must not be hidden by a second failure here.
        if (result.Outcome == TrainingOutcome.Failed)
        {
            return;
        }

        _session["ended"] = Now();
        _session["to_step"] = result.Step;
        _session["outcome"] = result.Outcome == TrainingOutcome.Finished ? "finished" : "cancelled";
        if (result.Outcome == TrainingOutcome.Finished)
        {
            _manifest["final"] = Final(result);
        }

        if (result.IsEarly)
        {
            _session["stopped_early"] = true;
        }

        Write();
    }

    private static JsonObject Named(string path, string hash) => new() { ["file"] = Path.GetFileName(path), ["sha256"] = hash };

    private JsonObject Session(TrainingStart start, string specHash)
    {
        var session = new JsonObject
        {
            ["started"] = Now(),
            ["from_step"] = start.Step,
            ["spec_sha256"] = specHash,
        };
        if (GitCommit.Find(Path.GetDirectoryName(Path.GetFullPath(_spec))!) is { } commit)
        {
            session["git_commit"] = commit;
        }

        foreach (var (name, value) in start.Environment)
        {
            session[name] = value;
        }

        session["torchsharp"] = Libtorch.TorchSharpVersion;
        session["dotnet"] = RuntimeInformation.FrameworkDescription;
        session["os"] = RuntimeInformation.OSDescription;
        if (Processor.Name() is { } processor)
        {
            session["cpu"] = processor;
        }

        session["cores"] = Environment.ProcessorCount;
        if (start.Notices.Count > 0)
        {
            session["notices"] = new JsonArray([.. start.Notices.Select(static notice => JsonValue.Create(notice))]);
        }

        return session;
    }

    // From the file, not from this session: where a run was killed after its last step, this session may have seen no step at all.
    private JsonObject Final(TrainingResult result)
    {
        var final = new JsonObject { ["step"] = result.Step };
        if (result.BestStep is { } best)
        {
            final["best_step"] = best;
        }

        foreach (var metric in MetricsFile.Read(_metrics).Where(static metric => MetricsFile.IsOfObjective(metric.Name)))
        {
            final[metric.Name] =
                metric.Points[^1].Value is var value && double.IsFinite(value)
                    ? JsonValue.Create(value)
                    : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));
        }

        return final;
    }

    private static JsonObject Texts(IEnumerable<KeyValuePair<string, string>> entries) =>
        new(entries.Select(static entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, JsonValue.Create(entry.Value))));

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string HashOf(string spec)
    {
        try
        {
            using var stream = File.OpenRead(spec);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the spec for the manifest: {exception.Message}", exception);
        }
    }

    private JsonArray EarlierSessions()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(_path)) is JsonObject earlier && earlier[Sessions] is JsonArray sessions
                ? (JsonArray)sessions.DeepClone()
                : throw new JsonException($"It has no list '{Sessions}'.");
        }
        catch (JsonException exception)
        {
            throw new ModelGenException(
                $"The manifest '{_path}' is damaged, so this session cannot be added to it; move it away to start a new one.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"Cannot read the manifest: {exception.Message}", exception);
        }
    }

    private void Write() => AtomicFile.Write(_path, "the manifest", stream =>
        {
            // Nothing here goes into a web page, so a '+' need not be escaped.
            using (
                var writer = new Utf8JsonWriter(
                    stream,
                    new JsonWriterOptions
                    {
                        Indented = true,
                        NewLine = "\n",
                        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    }
                )
            )
            {
                _manifest.WriteTo(writer);
            }

            stream.Write("\n"u8);
        });
}
