using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words;

/// <summary>A word that may stand for a record of the user's own.</summary>
internal interface INamesRecord
{
    /// <summary>The record that it stands for; null for one of the runtime.</summary>
    /// <param name="arguments">Its arguments.</param>
    OwnRecord? Own(Arguments arguments);
}
