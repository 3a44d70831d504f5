namespace ModelGen.Constraints;

/// <summary>What a JSON schema's <c>format</c> allows; of some formats a part, all of whose texts every reader accepts.</summary>
internal static class JsonFormats
{
    // Years that no time zone leads out of the calendar.
    private const string Year = "[1-8][0-9]{3}";
    private const string LeapYear = "([1-8][0-9](0[48]|[2468][048]|[13579][26])|(1[26]|2[048]|3[26]|4[048]|5[26]|6[048]|7[26]|8[048])00)";
    private const string LongMonth = "(0[13578]|1[02])";
    private const string ShortMonth = "(0[469]|11)";
    private const string Date =
        $"({Year}-({LongMonth}-(0[1-9]|[12][0-9]|3[01])|{ShortMonth}-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|{LeapYear}-02-29)";
    private const string Clock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,7})?";
    private const string Zone = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])";
    private const string HostLabel = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private const string Host = $"({HostLabel}[.]){{1,3}}[a-z]{{2,12}}";
    private const string Byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static readonly Dictionary<string, string> Patterns = new(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["date-time"] = $"{Date}T{Clock}{Zone}",
        ["time"] = Clock + Zone,
        ["uuid"] = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ["ipv4"] = $"{Byte}([.]{Byte}){{3}}",
        ["hostname"] = Host,
        ["email"] = $"[a-z0-9]{{1,30}}([._+-][a-z0-9]{{1,30}})?@{Host}",
        ["uri"] = $"https?://{Host}(/[A-Za-z0-9_.~-]*)*",
    };

    /// <summary>The names of the formats.</summary>
    public static IEnumerable<string> Names => Patterns.Keys;

    /// <summary>A time of day without a zone, as .NET writes it.</summary>
    public static string TimeOfDay => Clock;

    /// <summary>A length of time, as .NET writes it.</summary>
    public static string TimeSpan => $"-?([1-9][0-9]{{0,5}}[.])?{Clock}";

    /// <summary>Bytes as base 64 (RFC 4648); the bits that belong to no byte are 0.</summary>
    public static string Base64 => "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?";

    /// <summary>The texts of a format; null for a format that is not known.</summary>
    public static Expression? Find(string name) => Patterns.TryGetValue(name, out var pattern) ? ConstraintPattern.Whole(pattern) : null;
}
