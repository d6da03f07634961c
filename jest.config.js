export default { projects: ["packages/*", "services/*", "scripts"] };
