using System.Reflection;
using ModelGen.Compiler.Language;
using ModelGen.Models;

namespace ModelGen.EndToEnd.Tests.CSharp;

public sealed class ReservedMembersTests
{
    // A property or class of such a name would hide an inherited member, or be an error.
    [Theory]
    [InlineData(typeof(LanguageModel))]
    [InlineData(typeof(Network))]
    [InlineData(typeof(EncoderDecoder))]
    [InlineData(typeof(Vae))]
    [InlineData(typeof(Gan))]
    [InlineData(typeof(VqVae))]
    public void EveryInheritedMemberThatALayerCouldBeNamedLikeIsReserved(Type family)
    {
        var members = new HashSet<string>();
        for (var type = family; type is not null; type = type.BaseType)
        {
            members.UnionWith(
                type.GetMembers(
                        BindingFlags.Public
                            | BindingFlags.NonPublic
                            | BindingFlags.Instance
                            | BindingFlags.Static
                            | BindingFlags.DeclaredOnly
                    )
                    .Where(IsInherited)
                    .Select(static member => member.Name.Split('`')[0])
            );
        }

        var missing = members
            .Where(static name => char.IsUpper(name[0]) && name.All(char.IsLetterOrDigit))
            .Except(WordRules.ReservedMembers)
            .Except(WordRules.RoleMembers)
            .Order()
            .ToList();
        Assert.True(missing.Count == 0, $"Not reserved: {string.Join(", ", missing)}");
    }

    private static bool IsInherited(MemberInfo member) =>
        member switch
        {
            MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
            FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
            Type type => type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem,
            _ => true,
        };
}
