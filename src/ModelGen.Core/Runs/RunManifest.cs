using System.Globalization;
using System.Text.Json;
using ModelGen.Files;

namespace ModelGen.Runs;

/// <summary>What the manifest of a run says.</summary>
/// <param name="Settings">Every setting that the result depends on, by name.</param>
/// <param name="Sessions">The start and each resume, at least one.</param>
internal sealed record RunManifest(IReadOnlyDictionary<string, string> Settings, IReadOnlyList<ManifestSession> Sessions)
{
    /// <summary>The name of the spec's hash in a session.</summary>
    public const string SpecHash = "spec_sha256";

    /// <summary>The setting that has the SHA-256 of what a run started from.</summary>
    public const string Start = "start";

    /// <summary>The setting that has the folder of the run that a run started from.</summary>
    public const string StartFolder = "fine-tuning.start.folder";

    /// <summary>The setting under whose numbers the SHA-256 of the checkpoints of other models is that a run uses.</summary>
    public const string Used = "used";

    /// <summary>The setting that has the seed.</summary>
    public const string Seed = "seed";

    /// <summary>The name of the spec.</summary>
    public const string Spec = "spec";

    /// <summary>The name of the recipe.</summary>
    public const string Recipe = "recipe";

    /// <summary>The name of the specs of the other models that the recipe uses.</summary>
    public const string UsedSpecs = "used_specs";

    private const string RunMember = "run";
    private const string SessionsMember = "sessions";

    // What changes from session to session without being a difference between runs.
    private static readonly string[] Events = ["started", "from_step", "ended", "to_step", "outcome", "stopped_early", "notices"];

    /// <summary>The SHA-256 of the checkpoints that a run took weights from, in the order of its recipe: what it started from, then what it
    /// uses.</summary>
    public IReadOnlyList<string> Sources =>
        [
            .. Settings.ContainsKey(StartFolder) && Settings.TryGetValue(Start, out var start) ? [start] : Array.Empty<string>(),
            .. Enumerable
                .Range(0, Settings.Count)
                .Select(number => Settings.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"{Used}.{number}")))
                .TakeWhile(static hash => hash is not null)
                .OfType<string>(),
        ];

    /// <summary>The name of the model.</summary>
    public string? Model => Settings.GetValueOrDefault("model");

    /// <summary>The steps of the whole run.</summary>
    public long? TotalSteps =>
        Settings.TryGetValue("duration", out var text)
        && long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            ? steps
            : null;

    /// <summary>Whether an object can be the manifest of a run: other programs have files of this name, too.</summary>
    public static bool IsLike(JsonElement root) => root.TryGetProperty(RunMember, out _) && root.TryGetProperty(SessionsMember, out _);

    /// <summary>The names of the files that a run of this manifest keeps copies of; none where it cannot be read.</summary>
    public static IReadOnlyList<string> FilesIn(string path)
    {
        if (!Path.Exists(path))
        {
            return [];
        }

        try
        {
            var root = JsonFile.Read(path);
            return
            [
                .. new[] { Spec, Recipe }
                    .Select(name => JsonFile.Member(path, root, name, JsonValueKind.Object))
                    .OfType<JsonElement>()
                    .Concat(JsonFile.Member(path, root, UsedSpecs, JsonValueKind.Array)?.EnumerateArray() ?? default)
                    .Where(static file => file.ValueKind == JsonValueKind.Object)
                    .Select(file => JsonFile.Text(path, file, "file"))
                    .OfType<string>()
                    .Where(static name => name.Length > 0 && name == Path.GetFileName(name)),
            ];
        }
        catch (ModelGenException)
        {
            return [];
        }
    }

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ModelGenException">It cannot be read, is damaged, or lacks what every manifest has.</exception>
    public static RunManifest Read(string path)
    {
        var root = JsonFile.Read(path);
        var run = JsonFile.Member(path, root, RunMember, JsonValueKind.Object)
            ?? throw JsonFile.Damaged(path, $"it has no object '{RunMember}'");
        var sessions = JsonFile.Member(path, root, SessionsMember, JsonValueKind.Array)
            ?? throw JsonFile.Damaged(path, $"it has no list '{SessionsMember}'");
        return sessions.GetArrayLength() > 0
            ? new RunManifest(JsonFile.Texts(path, run), [.. sessions.EnumerateArray().Select(session => Session(path, session))])
            : throw JsonFile.Damaged(path, $"its list '{SessionsMember}' is empty");
    }

    private static ManifestSession Session(string path, JsonElement session)
    {
        if (session.ValueKind != JsonValueKind.Object)
        {
            throw JsonFile.Damaged(path, $"an entry of '{SessionsMember}' is no object");
        }

        return new ManifestSession(
            Time(path, session),
            Step(path, session, "from_step") ?? throw JsonFile.Damaged(path, "a session has no 'from_step'"),
            Step(path, session, "to_step"),
            End(path, session),
            JsonFile.Texts(path, session, Events)
        );
    }

    private static DateTime Time(string path, JsonElement session) =>
        DateTime.TryParseExact(
            JsonFile.Text(path, session, "started"),
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : throw JsonFile.Damaged(path, "the time 'started' of a session is missing or no time");

    private static long? Step(string path, JsonElement session, string name) =>
        JsonFile.Member(path, session, name, JsonValueKind.Number) is not { } number ? null
        : number.TryGetInt64(out var step) && step >= 0 ? step
        : throw JsonFile.Damaged(path, $"'{name}' is no number of steps");

    private static RunState? End(string path, JsonElement session) =>
        JsonFile.Text(path, session, "outcome") switch
        {
            null => null,
            "cancelled" => RunState.Stopped,
            "finished" => session.TryGetProperty("stopped_early", out var early) && early.ValueKind == JsonValueKind.True
                ? RunState.StoppedEarly
                : RunState.Finished,
            var other => throw JsonFile.Damaged(path, $"the outcome '{other}' of a session is none that this version knows"),
        };
}
