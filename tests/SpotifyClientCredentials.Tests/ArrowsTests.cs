using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests;

/// <summary>Which folders of the library may know which: root → Attach → Cache → Share → Fetch. Configure may know all of them. Limit may know Attach and RetryAfterHeader, and is known by the root alone.</summary>
public sealed class ArrowsTests
{
    private const string Root = "SpotifyClientCredentials";

    private static readonly string[] Order = ["Fetch", "Share", "Cache", "Attach", ""];

    // Known by all, knowing none.
    private static readonly string[] Common =
        ["AccessToken", "TokenRequestException", "SpotifyClientCredentialsOptions", "TokenSharingOptions", "SpotifyRateLimitOptions", "SpotifyClientCredentialsTelemetry", "Configure.OptionsSnapshot"];

    [Fact]
    public void References_OfTheLibrary_PointOneWay() => Assert.Empty(Violations(typeof(AccessToken).Assembly.Location, Root));

    [Fact]
    public void Share_InTheLibrary_IsNamedByItsRegistrationAlone()
    {
        string[] users = [.. TypeReferences.Of(typeof(AccessToken).Assembly.Location)
            .Where(references => !references.Key.StartsWith($"{Root}.Share.", StringComparison.Ordinal))
            .Where(references => references.Any(to => to.StartsWith($"{Root}.Share.", StringComparison.Ordinal)))
            .Select(references => references.Key)];

        Assert.Equal([$"{Root}.Configure.AppRegistration"], users);
    }

    [Fact]
    public void Folders_OfTheLibrary_AreThese()
    {
        string[] folders = [.. typeof(AccessToken).Assembly.GetTypes()
            .Select(type => type.Namespace ?? "").Where(name => name.StartsWith(Root, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal([Root, $"{Root}.Attach", $"{Root}.Cache", $"{Root}.Configure", $"{Root}.Fetch", $"{Root}.Limit", $"{Root}.Observe", $"{Root}.Share"], folders);
    }

    /// <summary>The check above would find nothing, too, if it read nothing: here is one wrong arrow for each folder and each kind of reference.</summary>
    [Fact]
    public void Violations_OfPlantedArrows_AreAllFound() => Assert.Equal(
        [
            "Attach.ByReturnType → PlantedRoot",
            "Cache.ByField → Attach.Target",
            "Common.ByBaseType → Share.Target",
            "Fetch.ByGenericArgument → Cache.Target",
            "Fetch.ByInstruction → Share.Target",
            "Observe.ByAsyncLambda → Fetch.Target",
            "Share.ByAttribute → Cache.TargetAttribute",
            "Share.ByLocal → Configure.Target",
        ],
        Violations(typeof(ArrowsTests).Assembly.Location, $"{Root}.Tests.PlantedArrows").Order(StringComparer.Ordinal));

    private static string[] Violations(string assemblyPath, string root) => [.. TypeReferences.Of(assemblyPath)
        .SelectMany(references => references.Select(to => (From: Inside(root, references.Key), To: Inside(root, to))))
        .Where(pair => pair is { From: not null, To: not null } && !IsAllowed(pair.From, pair.To))
        .Select(pair => $"{pair.From} → {pair.To}")];

    private static string? Inside(string root, string type) => type.StartsWith(root + ".", StringComparison.Ordinal) ? type[(root.Length + 1)..] : null;

    private static bool IsAllowed(string from, string to)
    {
        (string fromFolder, string toFolder) = (FolderOf(from), FolderOf(to));
        return toFolder is "Common" || fromFolder == toFolder || fromFolder switch
        {
            "Common" => false,
            "Configure" => toFolder != "Limit",
            "Limit" => toFolder == "Attach" || to == "Fetch.RetryAfterHeader",
            "" => true,
            _ => Array.IndexOf(Order, toFolder) is var known && known >= 0 && known < Array.IndexOf(Order, fromFolder),
        };
    }

    private static string FolderOf(string type) =>
        Common.Contains(type) ? "Common"
        : type.Split('.') is [var folder, _] ? (folder == "Observe" ? "Common" : folder)
        : "";
}
