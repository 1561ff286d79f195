using System.Security.Cryptography;

namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>The packages, packed in a clone whose origin is a folder, and the temporary folder for all of it.</summary>
public sealed class Packed : IAsyncLifetime
{
    // Unique for each run: NuGet would take a package of the same version from its global folder, however old.
    private readonly string _versionSuffix = $"consumers.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private readonly HashSet<string> _published = [];
    private Task<string>? _apps;

    public string Folder { get; } = Directory.CreateTempSubdirectory("consumers-").FullName;

    public string Feed => Path.Combine(Folder, "feed");

    public string Version => Package.VersionOf(Directory.GetFiles(Feed, "SpotifyClientCredentials.Testing.*.nupkg").Single());

    internal Clone Clone { get; private set; } = null!;

    /// <summary>The folder of the apps, which are built on first use.</summary>
    internal Task<string> Apps => _apps ??= BuildAppsAsync();

    /// <summary>The build of the apps; null until it has run.</summary>
    internal Command? Build { get; private set; }

    public async Task InitializeAsync()
    {
        Clone = await Clone.MakeAsync(Path.Combine(Folder, "clone"));
        await PackAsync(Clone, Feed);
    }

    public async Task DisposeAsync()
    {
        string version = Version;
        Command locals = await Command.RunAsync(Folder, "dotnet", "nuget", "locals", "global-packages", "--list");
        string globalPackages = locals.Output["global-packages: ".Length..].Trim();
        foreach (string restored in Clone.Projects.Select(project => Path.Combine(globalPackages, project.ToLowerInvariant(), version)).Where(Directory.Exists))
        {
            Directory.Delete(restored, recursive: true);
        }

        Directory.Delete(Folder, recursive: true);
    }

    internal async Task PackAsync(Clone clone, string feed)
    {
        foreach (string project in Clone.Projects)
        {
            await clone.PackAsync(project, _versionSuffix, feed);
        }
    }

    internal Package Open(string id) => new(Path.Combine(Feed, $"{id}.{Version}.nupkg"));

    internal Package OpenSymbols(string id) => new(Path.Combine(Feed, $"{id}.{Version}.snupkg"));

    /// <summary>Publishes an app for this machine, without a warning and once.</summary>
    /// <param name="app">The app's name.</param>
    /// <param name="properties">Further MSBuild properties, as <c>-p:Name=value</c>.</param>
    /// <returns>The folder of the published app, another one for other properties.</returns>
    internal async Task<string> PublishAsync(string app, params string[] properties)
    {
        string apps = await Apps;
        string output = Path.Combine([apps, app, "published", .. properties.Select(property => property.Split('=')[1])]);
        if (!_published.Contains(output))
        {
            Command publish = await Command.RunAsync(
                apps,
                "dotnet",
                ["publish", app, "-c", "Release", "--use-current-runtime", "-o", output, "-clp:NoSummary", $"-p:PackedVersion={Version}", .. properties]);
            publish.AssertNoWarning();
            _published.Add(output);
        }

        return output;
    }

    /// <summary>Moves the apps out of the clone, so that the repository's build files don't affect them, and builds them.</summary>
    private async Task<string> BuildAppsAsync()
    {
        string source = Path.Combine(Clone.Folder, "tests/SpotifyClientCredentials.Consumers/Apps");
        string apps = Path.Combine(Folder, "apps");
        Directory.Move(source, apps);
        foreach ((string app, string heading) in ((string, string)[])[("ReadmeConsole", "Quick start"), ("ReadmeWeb", "ASP.NET Core"), ("ReadmeWorker", "Worker service")])
        {
            await File.WriteAllTextAsync(Path.Combine(apps, app, "Program.cs"), Readme.CodeUnder(heading));
        }

        Build = await Command.RunAsync(apps, "dotnet", "build", "Apps.slnx", "-clp:NoSummary", $"-p:PackedVersion={Version}");
        return apps;
    }
}

/// <summary>The tests share one pack and run one after another, because each uses the whole machine.</summary>
[CollectionDefinition(Name)]
public sealed class OnePack : ICollectionFixture<Packed>
{
    public const string Name = "One pack";
}
