using System.Reflection;
using System.Xml.Linq;

namespace SpotifyClientCredentials.Tests;

/// <summary>A public type or member of a package, and its XML documentation.</summary>
internal sealed class PublicMember
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly XElement? _documentation;

    private PublicMember(MemberInfo member, IReadOnlyDictionary<string, XElement> file)
    {
        Member = member;
        _documentation = file.GetValueOrDefault(IdOf(member));
    }

    public MemberInfo Member { get; }

    public IReadOnlyList<ParameterInfo> Parameters => (Member as MethodBase)?.GetParameters() ?? [];

    /// <summary>Whether the member inherits the documentation of what it overrides.</summary>
    public bool Inherits => _documentation?.Element("inheritdoc") is not null;

    public string Text => _documentation?.ToString() ?? "";

    /// <summary>All that is public or protected in an assembly, with the documentation file of the build.</summary>
    public static IEnumerable<PublicMember> Of(Assembly assembly)
    {
        Dictionary<string, XElement> file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);
        return from type in assembly.GetExportedTypes()
               from member in (MemberInfo[])[type, .. type.GetMembers(Declared).Where(IsVisible)]
               select new PublicMember(member, file);
    }

    /// <summary>Whether an element exists and isn't empty.</summary>
    public bool Has(string element, string? attribute = null, string? value = null) => _documentation?.Elements(element)
        .Any(candidate => candidate.Nodes().Any() && (attribute is null || candidate.Attribute(attribute)?.Value == value)) == true;

    public IEnumerable<string> NamesOf(string element) => _documentation?.Elements(element).Select(named => named.Attribute("name")!.Value) ?? [];

    public override string ToString() => IdOf(Member);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase { IsSpecialName: true, IsConstructor: false } => false, // an accessor, which its property stands for
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo { IsSpecialName: true } => false, // an enumeration's value__
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisibleAccessor),
        EventInfo added => IsVisibleAccessor(added.AddMethod!),
        Type => false, // a nested type, which is exported by itself
        _ => throw new NotSupportedException(member.ToString()),
    };

    private static bool IsVisibleAccessor(MethodInfo accessor) => accessor.IsPublic || accessor.IsFamily || accessor.IsFamilyOrAssembly;

    // ECMA-334, annex D.4.2, as far as the packages need it.
    private static string IdOf(MemberInfo member) => member switch
    {
        Type type => $"T:{NameOf(type)}",
        FieldInfo field => $"F:{NameOf(field.DeclaringType!)}.{field.Name}",
        PropertyInfo property => $"P:{NameOf(property.DeclaringType!)}.{property.Name}",
        EventInfo added => $"E:{NameOf(added.DeclaringType!)}.{added.Name}",
        MethodBase { IsGenericMethod: false } method =>
            $"M:{NameOf(method.DeclaringType!)}.{method.Name.Replace('.', '#')}{ParametersOf(method.GetParameters())}",
        _ => throw new NotSupportedException(member.ToString()),
    };

    private static string ParametersOf(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => NameOf(parameter.ParameterType)))})";

    private static string NameOf(Type type) =>
        type.IsArray ? $"{NameOf(type.GetElementType()!)}[]"
        : type.IsConstructedGenericType ? $"{NameOf(type.GetGenericTypeDefinition()).Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(NameOf))}}}"
        : type.FullName!.Replace('+', '.');
}
