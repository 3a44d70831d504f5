namespace ModelGen.Compiler.Language;

/// <summary>A word or group that becomes an options record of the runtime; each argument sets the property of its name.</summary>
internal interface IOptionsRecord
{
    /// <summary>The record, fully qualified.</summary>
    string CSharpType { get; }
}
