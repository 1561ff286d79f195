using System.Diagnostics;
using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Report;

namespace SpotifyClientCredentials.Benchmarks;

/// <summary>Measures what the library adds to a small NativeAOT application and to an empty ASP.NET Core application.</summary>
/// <remarks>The call is linked and never made: the startup time ends before it.</remarks>
internal sealed class SizeComparison(bool isMiniature)
{
    private static readonly string Folder = Path.Combine(Readme.Root(), "artifacts", "size");

    private readonly int _starts = isMiniature ? 1 : 31;

    public async Task<Table> RunAsync()
    {
        (long plainBytes, double plainStart) = await PublishAheadOfTimeAsync("plain", """
            using System.Net.Http;
            using Microsoft.Extensions.DependencyInjection;
            var services = new ServiceCollection();
            services.AddHttpClient("spotify");
            using var provider = services.BuildServiceProvider();
            using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
            System.Console.WriteLine(args.Length == 0 ? "" : await client.GetStringAsync(args[0]));
            """);
        (long bytes, double start) = await PublishAheadOfTimeAsync("library", """
            using System.Net.Http;
            using Microsoft.Extensions.DependencyInjection;
            using SpotifyClientCredentials;
            var services = new ServiceCollection();
            services.AddSpotifyClientCredentials(options => (options.ClientId, options.ClientSecret) = ("id", "secret"));
            services.AddHttpClient("spotify").AddSpotifyBearerToken();
            using var provider = services.BuildServiceProvider();
            using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("spotify");
            System.Console.WriteLine(args.Length == 0 ? "" : await client.GetStringAsync(args[0]));
            """);
        int assemblies = await CountAssembliesAsync("web-library", isWithLibrary: true) - await CountAssembliesAsync("web-plain", isWithLibrary: false);
        return new Table(
            "What the library adds",
            ["", "with the library"],
            [
                ["size of a NativeAOT console app that calls an API through IHttpClientFactory", $"× {Text(bytes / (double)plainBytes)}"],
                ["its startup time until the client is built, median", $"× {Text(start / plainStart)}"],
                ["assemblies in an empty ASP.NET Core app", $"+ {assemblies}"],
            ]);
    }

    private async Task<(long Bytes, double Start)> PublishAheadOfTimeAsync(string name, string program)
    {
        string folder = Create(name, "Microsoft.NET.Sdk", program, isWithLibrary: name == "library", """
            <OutputType>Exe</OutputType>
            <PublishAot>true</PublishAot>
            <InvariantGlobalization>true</InvariantGlobalization>
            """);
        await RunAsync("dotnet", $"publish \"{folder}\" -c Release --use-current-runtime -o \"{folder}/out\"");
        string executable = Path.Combine(folder, "out", OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        List<double> starts = [];
        for (int i = 0; i < _starts; i++)
        {
            starts.Add(await RunAsync(executable, ""));
        }

        starts.Sort();
        return (new FileInfo(executable).Length, starts[starts.Count / 2]);
    }

    private static async Task<int> CountAssembliesAsync(string name, bool isWithLibrary)
    {
        string folder = Create(name, "Microsoft.NET.Sdk.Web", "Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build().Run();", isWithLibrary, "");
        await RunAsync("dotnet", $"publish \"{folder}\" -c Release -o \"{folder}/out\"");
        return Directory.GetFiles(Path.Combine(folder, "out"), "*.dll").Length;
    }

    private static string Create(string name, string sdk, string program, bool isWithLibrary, string properties)
    {
        string folder = Path.Combine(Folder, name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        string reference = isWithLibrary
            ? """<ProjectReference Include="../../../src/SpotifyClientCredentials/SpotifyClientCredentials.csproj" />"""
            : sdk.EndsWith("Web", StringComparison.Ordinal) ? "" : """<PackageReference Include="Microsoft.Extensions.Http" />""";
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <EnforceCodeStyleInBuild>false</EnforceCodeStyleInBuild>
                <NoWarn>$(NoWarn);CS1591</NoWarn><!-- not public API -->
                {properties}
              </PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        return folder;
    }

    /// <returns>The elapsed time in milliseconds.</returns>
    private static async Task<double> RunAsync(string file, string arguments)
    {
        long startedAt = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        double took = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
        return process.ExitCode == 0 ? took : throw new InvalidOperationException($"{file} {arguments} failed: {output}{await errors}");
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
